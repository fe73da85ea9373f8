"""Reads one value of a form as its item declares it. Nothing is rounded, guessed or shifted."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from audit.rules import Fault, say
from audit.rules import gettext_noop as _
from trials.rules.definition import ProtocolDefinition
from trials.rules.forms import Item, ItemType
from trials.rules.partial_dates import parse_partial_date
from trials.rules.written import YEARS

# A decimal of up to 15 significant digits survives the way through a binary double unchanged (IEEE 754),
# so that comparing with a limit is exact.
MOST_DIGITS = 15
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CLOCK = re.compile(r"\d{2}:\d{2}")


class Unreadable(ValueError):
    """A value that its item does not allow: a stable code, and what to do, for a person."""

    def __init__(self, code: str, template: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.template, self.params = code, template, params

    def at(self, pointer: str) -> Fault:
        """The fault at a place in what was sent."""
        return Fault(pointer, self.code, self.template, self.params)

    def __str__(self) -> str:
        return say(self.template, self.params, translate=str, language="en")


def read_value(definition: ProtocolDefinition, item: Item, sent: Any, *, today: date) -> Any:
    """The value as it is stored: int, float (exact to 15 digits), or text (dates as ISO 8601).

    Raises `Unreadable` for a wrong type, a code outside the code list, a value outside the hard range, a date
    that does not exist or lies in the future.
    """
    value = _READERS[item.type](item, sent)
    if item.codelist:
        _demand_code(definition, item, value)
    if item.hard and not item.hard.holds(Decimal(str(value))):
        raise Unreadable(
            "out-of-range",
            _("{value} is outside {range} {unit}."),
            value=value,
            range=str(item.hard),
            unit=item.unit,
        )
    if not item.may_be_future:
        _demand_past(item, value, today)
    return value


def _text(item: Item, sent: Any) -> str:
    if not isinstance(sent, str) or not sent.strip():
        raise Unreadable("not-a-text", _("A text is needed here."))
    if _CONTROL.search(sent):
        raise Unreadable("control-character", _("This text has an invisible control character; remove it."))
    if len(sent.strip()) > item.max_length:
        raise Unreadable(
            "too-long",
            _("This is longer than {max_length} characters."),
            max_length=item.max_length,
        )
    return sent.strip()


def _integer(item: Item, sent: Any) -> int:
    if isinstance(sent, bool) or not isinstance(sent, int):
        raise Unreadable("not-an-integer", _("A whole number is needed here; cut off any fraction."))
    if abs(sent) >= 10**MOST_DIGITS:
        raise Unreadable("too-large", _("This number is too large."))
    return sent


def _decimal(item: Item, sent: Any) -> float:
    if isinstance(sent, bool) or not isinstance(sent, int | float | Decimal):
        raise Unreadable("not-a-number", _("A number is needed here."))
    try:
        number = Decimal(str(sent))
        places = -int(number.as_tuple().exponent)
    except (InvalidOperation, ValueError, TypeError):
        raise Unreadable("not-a-number", _("A number is needed here.")) from None
    if number.adjusted() >= MOST_DIGITS or len(number.as_tuple().digits) > MOST_DIGITS:
        raise Unreadable("too-large", _("This number is too large."))
    if places > item.decimals:
        raise Unreadable(
            "too-many-decimals",
            _("At most {decimals} decimals are recorded here."),
            decimals=item.decimals,
        )
    return float(number)


def _date(item: Item, sent: Any) -> str:
    try:
        if not _DAY.fullmatch(sent):
            raise ValueError
        return date.fromisoformat(sent).isoformat()
    except (TypeError, ValueError):
        raise Unreadable("not-a-date", _("A date is needed here, as YYYY-MM-DD.")) from None


def _partial_date(item: Item, sent: Any) -> str:
    try:
        parse_partial_date(sent)
    except (TypeError, ValueError):
        raise Unreadable(
            "not-a-date",
            _("A date is needed here, as YYYY-MM-DD, or what is known of it: YYYY-MM or YYYY."),
        ) from None
    return str(sent)


def _time(item: Item, sent: Any) -> str:
    try:
        if not _CLOCK.fullmatch(sent):
            raise ValueError
        return time.fromisoformat(sent).isoformat("minutes")
    except (TypeError, ValueError):
        raise Unreadable("not-a-time", _("A time of day is needed here, as HH:MM.")) from None


def _datetime(item: Item, sent: Any) -> str:
    try:
        moment = datetime.fromisoformat(sent)
    except (TypeError, ValueError):
        raise Unreadable(
            "not-a-datetime",
            _("A date and time with its offset is needed here, such as 2026-03-02T09:30+08:00."),
        ) from None
    if moment.tzinfo is None:
        raise Unreadable("no-offset", _("The time needs its offset, such as +08:00."))
    if moment.year not in YEARS:
        raise Unreadable(
            "year-out-of-range",
            _("The year must lie between {first} and {last}."),
            first=YEARS[0],
            last=YEARS[-1],
        )
    return moment.isoformat(timespec="minutes")


_READERS: dict[ItemType, Callable[[Item, Any], Any]] = {
    ItemType.TEXT: _text,
    ItemType.CHOICE: _text,
    ItemType.INTEGER: _integer,
    ItemType.DECIMAL: _decimal,
    ItemType.DATE: _date,
    ItemType.PARTIAL_DATE: _partial_date,
    ItemType.TIME: _time,
    ItemType.DATETIME: _datetime,
}


def _demand_code(definition: ProtocolDefinition, item: Item, value: Any) -> None:
    codelist = definition.codelist(item.codelist or "")
    if codelist is None or codelist.label(value) is None:
        codes = ", ".join(str(entry.code) for entry in codelist.codes) if codelist else ""
        raise Unreadable("not-in-codelist", _("Choose one of: {expected}."), expected=codes)


def _demand_past(item: Item, value: Any, today: date) -> None:
    first_day = _first_day(item, value)
    if first_day and first_day > today:
        raise Unreadable(
            "future-date",
            _("{day} lies in the future; today is {today} at the site."),
            day=str(value),
            today=today.isoformat(),
        )


def _first_day(item: Item, value: Any) -> date | None:
    if item.type in (ItemType.DATE, ItemType.PARTIAL_DATE):
        return parse_partial_date(value).earliest
    return datetime.fromisoformat(value).date() if item.type is ItemType.DATETIME else None


def known_value(item: Item, stored: Any) -> Any:
    """A stored value as expressions take it: dates as dates, decimals as floats, the rest as it is."""
    match item.type:
        case ItemType.DATE:
            return date.fromisoformat(stored)
        case ItemType.PARTIAL_DATE:
            return parse_partial_date(stored)
        case ItemType.DATETIME:
            return datetime.fromisoformat(stored)
        case ItemType.DECIMAL:
            return float(stored)
        case _:
            return stored
