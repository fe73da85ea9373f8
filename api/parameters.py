"""Query parameters: each is declared where it is used, read strictly, and refused where it is not known.

A misspelled `dry_run` must never be taken for a real write.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from api.refusals import HttpRefusal, bad_parameter
from audit.rules import gettext_noop as _
from trials.rules.written import instant


@dataclass(frozen=True)
class Parameter:
    """One query parameter: how it is read, what it must be (for people), and its JSON Schema."""

    name: str
    read: Callable[[str], Any]
    expected: str
    description: str
    schema: dict[str, Any] = field(default_factory=lambda: {"type": "string"})
    default: Any = None


def read_parameters(declared: tuple[Parameter, ...], sent: QueryDict) -> dict[str, Any]:
    """The declared parameters by name, each read or at its default.

    Raises `HttpRefusal` (400: unknown-parameter, repeated-parameter, invalid-parameter).
    """
    known = {parameter.name for parameter in declared}
    for name, texts in sent.lists():
        if name not in known:
            raise _refused("unknown-parameter", _("There is no query parameter {name} here."), name)
        if len(texts) > 1:
            raise _refused("repeated-parameter", _("The query parameter {name} stands more than once."), name)
    return {parameter.name: _read(parameter, sent.get(parameter.name)) for parameter in declared}


def _refused(code: str, template: str, name: str) -> HttpRefusal:
    return HttpRefusal(400, code, template, name=name)


def _read(parameter: Parameter, text: str | None) -> Any:
    if text is None:
        return parameter.default
    try:
        return parameter.read(text)
    except (ValueError, LookupError):
        raise bad_parameter(parameter.name, parameter.expected) from None


def choice(name: str, options: tuple[str, ...], description: str, default: str | None = None) -> Parameter:
    """A parameter that takes one of a few words."""

    def read(text: str) -> str:
        if text not in options:
            raise ValueError(text)
        return text

    return Parameter(
        name, read, ", ".join(options), description, {"type": "string", "enum": list(options)}, default
    )


def _limit(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    if not 1 <= number <= MOST_ROWS:
        raise ValueError(text)
    return number


MOST_ROWS = 500
LIMIT = Parameter(
    "limit",
    _limit,
    _("a number from 1 to 500"),
    "How many rows a page holds.",
    {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": 50},
    50,
)
CURSOR = Parameter("cursor", str, "", "Where the page begins: follow `next` and `previous` as they are.")
DRY_RUN = Parameter(
    "dry_run",
    {"true": True, "false": False}.__getitem__,
    _("true or false"),
    "Make all checks, answer as if it were done, and store nothing.",
    {"type": "boolean", "default": False},
    False,
)


AT = Parameter(
    "at",
    instant,
    _("an instant with its offset, such as 2026-03-02T09:30+08:00 (write the + as %2B)"),
    "A past instant: the answer is what was recorded then.",
    {"type": "string", "format": "date-time"},
)
