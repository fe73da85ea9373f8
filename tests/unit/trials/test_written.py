"""Dates and times as a caller writes them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from trials.rules.written import Day, Instant, instant


class Written(BaseModel):
    day: Day | None = None
    at: Instant | None = None


def fault(**sent: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        Written(**sent)
    return refused.value.errors()[0]["type"]


def test_day_is_the_day_that_is_written() -> None:
    assert Written(day="2026-03-02").day == date(2026, 3, 2)


@pytest.mark.parametrize(
    "sent", ["2026-03-02T00:00:00", "2026-02-30", "20260302", "2026-3-2", "２０２６-03-02", 1769990400, True]
)
def test_anything_else_is_no_day(sent: Any) -> None:
    assert fault(day=sent) == "date_type"


@pytest.mark.parametrize("sent", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_day_lies_in_a_year_of_some_trial(sent: str) -> None:
    assert fault(day=sent) == "year_out_of_range"


def test_instant_keeps_its_offset() -> None:
    at = Written(at="2026-03-02T00:30:00+08:00").at
    assert at
    assert (at.date(), at.astimezone(UTC).date()) == (date(2026, 3, 2), date(2026, 3, 1))


@pytest.mark.parametrize("sent", [0, "1769990400", 1769990400.0, "yesterday", True])
def test_anything_else_is_no_instant(sent: Any) -> None:
    assert fault(at=sent) == "datetime_type"


def test_instant_needs_its_offset() -> None:
    assert fault(at="2026-03-02T09:30:00") == "timezone_aware"
    with pytest.raises(ValueError):
        instant("2026-03-02T09:30:00")


def test_instant_never_runs_out_of_the_calendar() -> None:
    assert fault(at="0001-01-01T00:00:00+14:00") == "year_out_of_range"
    with pytest.raises(ValueError):
        instant("9999-12-31T23:59:59-14:00")


def test_instant_is_told_in_utc() -> None:
    assert instant("2026-03-02T00:30+08:00") == datetime(2026, 3, 1, 16, 30, tzinfo=UTC)
