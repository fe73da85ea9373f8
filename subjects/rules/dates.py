"""Dates that a person reports: none lies in the future, none before what must precede it."""

from datetime import date

from audit.rules import Fault, InvalidValues
from audit.rules import gettext_noop as _


def demand_not_future(day: date, *, today: date, pointer: str) -> None:
    """Refuse (`future-date`) a date after today at the site."""
    if day > today:
        raise InvalidValues(
            [
                Fault(
                    pointer,
                    "future-date",
                    _("{day} lies in the future; today is {today} at the site."),
                    {"day": day.isoformat(), "today": today.isoformat()},
                )
            ]
        )


def demand_not_before(day: date, *, earliest: date, what: str, pointer: str) -> None:
    """Refuse (`too-early`) a date before the one that must precede it; `what` names that one."""
    if day < earliest:
        raise InvalidValues(
            [
                Fault(
                    pointer,
                    "too-early",
                    _("{day} is before {earliest} ({what})."),
                    {"day": day.isoformat(), "earliest": earliest.isoformat(), "what": what},
                )
            ]
        )
