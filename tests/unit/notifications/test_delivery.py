"""Lease, attempts, and the identity that a mail server sees."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from notifications.rules.delivery import ATTEMPT_LIMIT, LEASE, message_id, next_attempt_at

NOW = datetime(2026, 3, 16, 1, 0, tzinfo=UTC)
IDENTITY = ("visit:17", "opens-soon", "4", "email", "2026-03-16")


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 4), (3, 16), (4, 64), (5, 256)])
def test_next_attempt_comes_later_each_time(attempts, minutes):
    assert next_attempt_at(attempts, NOW) == NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize("attempts", [ATTEMPT_LIMIT, ATTEMPT_LIMIT + 1])
def test_next_attempt_is_none_at_the_limit(attempts):
    assert next_attempt_at(attempts, NOW) is None


def test_lease_outlives_every_task_that_may_hold_it():
    assert LEASE > timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)


def test_message_id_is_the_same_each_time():
    assert message_id(IDENTITY, "site.example") == message_id(IDENTITY, "site.example")


def test_message_id_is_an_address_that_tells_nothing():
    written = message_id(IDENTITY, "site.example")
    local, host = written.strip("<>").split("@")
    assert local.isalnum() and host == "site.example"
    assert "visit" not in written and "17" not in host


@given(st.tuples(*[st.text(max_size=8)] * 5), st.tuples(*[st.text(max_size=8)] * 5))
def test_message_id_differs_with_the_identity(one, other):
    same = message_id(one, "h") == message_id(other, "h")
    assert same == (one == other)
