"""Dates as they are known: a day, a month or a year. An unknown part is never filled in."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

_PATTERN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """The first and the last day that a (partial) date can be; equal for a whole date."""

    earliest: date
    latest: date

    @property
    def is_whole(self) -> bool:
        return self.earliest == self.latest


def parse_partial_date(text: str) -> PartialDate:
    """Read `YYYY`, `YYYY-MM` or `YYYY-MM-DD` (ISO 8601 reduced precision, as in CDISC --DTC).

    Raises `ValueError` for anything else, and for a day that does not exist.
    """
    match = _PATTERN.fullmatch(text)
    if not match:
        raise ValueError(text)
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None  # noqa: S101  the pattern has it
    if month is None:
        return PartialDate(date(year, 1, 1), date(year, 12, 31))
    if day is None:
        return PartialDate(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
    whole = date(year, month, day)
    return PartialDate(whole, whole)
