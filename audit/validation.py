"""Parses what a caller sent into a typed document; every fault becomes one that a person can read."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from audit.rules import Fault, InvalidValues
from audit.rules import gettext_noop as _

Parsed = TypeVar("Parsed", bound=BaseModel)

_TEMPLATES = {
    "missing": _("This is required."),
    "extra_forbidden": _("There is no such field."),
    "string_too_short": _("This is required."),
    "string_too_long": _("This is longer than {max_length} characters."),
    "string_type": _("A text is needed here."),
    "int_type": _("A whole number is needed here."),
    "int_parsing": _("A whole number is needed here."),
    "int_from_float": _("A whole number is needed here."),
    "bool_type": _("true or false is needed here."),
    "bool_parsing": _("true or false is needed here."),
    "decimal_type": _("A number is needed here."),
    "decimal_parsing": _("A number is needed here."),
    "decimal_max_digits": _("This number has more than {max_digits} digits."),
    "decimal_max_places": _("This number has more than {decimal_places} decimals."),
    "finite_number": _("A number is needed here."),
    "date_type": _("A date is needed here, as YYYY-MM-DD."),
    "date_parsing": _("A date is needed here, as YYYY-MM-DD."),
    "date_from_datetime_parsing": _("A date is needed here, as YYYY-MM-DD."),
    "datetime_type": _("A date and time with its offset is needed here, such as 2026-03-02T09:30+08:00."),
    "datetime_parsing": _("A date and time with its offset is needed here, such as 2026-03-02T09:30+08:00."),
    "datetime_from_date_parsing": _(
        "A date and time with its offset is needed here, such as 2026-03-02T09:30+08:00."
    ),
    "partial_date": _("A date is needed here, as YYYY-MM-DD, or what is known of it: YYYY-MM or YYYY."),
    "time_of_day": _("A time of day is needed here, as HH:MM."),
    "timezone_aware": _("The time needs its offset, such as +08:00."),
    "year_out_of_range": _("The year must lie between {first} and {last}."),
    "greater_than": _("This must be more than {gt}."),
    "greater_than_equal": _("This must be at least {ge}."),
    "less_than_equal": _("This must be at most {le}."),
    "enum": _("Choose one of: {expected}."),
    "literal_error": _("Choose one of: {expected}."),
    "list_type": _("A list is needed here."),
    "dict_type": _("An object is needed here."),
    "model_type": _("An object is needed here."),
}


def faults_in(error: ValidationError, *, pointer: str = "") -> list[Fault]:
    """The faults of a pydantic error, at JSON pointers below `pointer`. Values sent are never repeated."""
    return [
        Fault(
            pointer + "".join(f"/{_token(part)}" for part in fault["loc"]),
            fault["type"].replace("_", "-"),
            _TEMPLATES.get(fault["type"], _("This value can't be read.")),
            {key: str(value) for key, value in fault.get("ctx", {}).items()},
        )
        for fault in error.errors(include_input=False, include_url=False)
    ]


def _token(part: int | str) -> str:
    """A reference token of a JSON pointer (RFC 6901)."""
    return str(part).replace("~", "~0").replace("/", "~1")


def parse(model: type[Parsed], sent: Any, *, pointer: str = "") -> Parsed:
    """Parse `sent`; raises `InvalidValues` with every fault."""
    try:
        return model.model_validate(sent)
    except ValidationError as error:
        raise InvalidValues(faults_in(error, pointer=pointer)) from error
