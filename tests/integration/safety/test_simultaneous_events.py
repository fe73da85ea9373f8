"""Two people who write at the same time (PostgreSQL): numbers are given once, no edit is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from audit.rules import StaleRevision
from safety.actions import correct_adverse_event, record_adverse_event
from safety.models import AdverseEvent
from tests.adverse_events import HOSPITALISED, NOW, TODAY, event
from tests.factories import cast_of, consented, publish_trial

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
SIMULTANEOUS = 8


def at_once(act: Callable[[int], Any]) -> list[Any]:
    start = Barrier(SIMULTANEOUS)

    def attempt(number: int) -> Any:
        start.wait(timeout=60)
        try:
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SIMULTANEOUS) as pool:
        return list(pool.map(attempt, range(SIMULTANEOUS)))


def test_simultaneous_events_of_one_subject_get_numbers_of_their_own(now: Any) -> None:
    cast = cast_of(publish_trial(now=now))
    subject = consented(cast)
    at_once(
        lambda number: record_adverse_event(
            subject=subject,
            values=event(term=f"Event {number}", **HOSPITALISED),
            today=TODAY,
            now=NOW,
            by=cast.coordinator,
        )
    )
    numbers = AdverseEvent.objects.values_list("number", flat=True)
    assert sorted(numbers) == list(range(1, SIMULTANEOUS + 1))


def test_of_simultaneous_corrections_one_is_kept_and_the_others_are_stale(now: Any) -> None:
    cast = cast_of(publish_trial(now=now))
    found = record_adverse_event(
        subject=consented(cast), values=event(), today=TODAY, now=NOW, by=cast.coordinator
    )

    def correct(number: int) -> str:
        try:
            correct_adverse_event(
                event=found,
                values=event(term=f"Reading {number}"),
                expected_revision=1,
                reason="read again",
                today=TODAY,
                now=NOW,
                by=cast.coordinator,
            )
        except StaleRevision:
            return "stale"
        return "kept"

    assert sorted(at_once(correct)) == ["kept"] + ["stale"] * (SIMULTANEOUS - 1)
    assert found.history.count() == 2
