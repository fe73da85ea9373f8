"""Dates and times as a caller writes them: ISO 8601 text and nothing that could be read in two ways.

A bare number would silently be read as seconds since 1970, and a date with a time would lose the time.
The years are limited to those in which arithmetic on dates and time zones can't run out of the calendar.
"""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator
from pydantic import Strict as StrictType
from pydantic_core import PydanticCustomError

YEARS = range(1900, 2200)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _written_day(value: Any) -> Any:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else value
    except ValueError:
        raise PydanticCustomError("date_type", "not a date") from None


def _written_instant(value: Any) -> Any:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise PydanticCustomError("datetime_type", "not a date and time") from None


def _within_years(value: Any) -> Any:
    if value.year not in YEARS:
        raise PydanticCustomError(
            "year_out_of_range",
            "not a year of any trial",
            {"first": YEARS[0], "last": YEARS[-1]},
        )
    return value


Day = Annotated[date, StrictType(), BeforeValidator(_written_day), AfterValidator(_within_years)]
Instant = Annotated[
    AwareDatetime, StrictType(), BeforeValidator(_written_instant), AfterValidator(_within_years)
]


def instant(text: str) -> datetime:
    """An instant in UTC from ISO 8601 text with an offset. Raises `ValueError` for anything else."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or moment.year not in YEARS:
        raise ValueError(text)
    return moment.astimezone(UTC)
