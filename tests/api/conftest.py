"""Callers of the API, each with the token of one role, on a day when the trial is almost over."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine

from subjects.models import Subject
from tests.api.calling import Caller, caller_of
from tests.factories import (
    SHANGHAI,
    Cast,
    confirmed,
    consented,
    enrolled,
    make_staff,
    screened,
    screening_done,
    second_site,
)
from trials.rules.roles import Role

TODAY = datetime(2026, 9, 1, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    """The clock runs on from 1 September 2026, 10:00 in Shanghai."""
    with time_machine.travel(TODAY, tick=True) as traveller:
        yield traveller


@pytest.fixture
def callers(cast: Cast) -> Callable[[Role], Caller]:
    return lambda role: caller_of(cast.roles[role])


@pytest.fixture
def coordinator(callers: Any) -> Caller:
    return callers(Role.COORDINATOR)


@pytest.fixture
def investigator(callers: Any) -> Caller:
    return callers(Role.INVESTIGATOR)


@pytest.fixture
def monitor(callers: Any) -> Caller:
    return callers(Role.MONITOR)


@pytest.fixture
def reader(callers: Any) -> Caller:
    return callers(Role.READ_ONLY)


@pytest.fixture
def outsider(trial: Any, cast: Cast) -> Caller:
    """A coordinator of another site of the same trial."""
    return caller_of(make_staff(trial, Role.COORDINATOR, site=second_site(cast), username="elsewhere"))


@pytest.fixture
def screened_subject(cast: Cast) -> Subject:
    return screened(cast)


@pytest.fixture
def consented_subject(cast: Cast) -> Subject:
    return consented(cast)


@pytest.fixture
def captured_subject(cast: Cast) -> Subject:
    """Screening and baseline are captured; criteria are not judged yet."""
    return screening_done(cast)


@pytest.fixture
def confirmed_subject(cast: Cast) -> Subject:
    return confirmed(cast)


@pytest.fixture
def enrolled_subject(cast: Cast) -> Subject:
    return enrolled(cast)
