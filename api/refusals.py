"""Refusals of a request for what it is, before any rule of the trial is asked."""

from typing import Any

from audit.rules import RuleViolation
from audit.rules import gettext_noop as _


class HttpRefusal(RuleViolation):
    """A request that HTTP itself has a status for."""

    def __init__(self, status: int, code: str, template: str, **params: Any) -> None:
        super().__init__(code, template, **params)
        self.status = status


def malformed(code: str, template: str, **params: Any) -> HttpRefusal:
    """400: the body can't be read as one JSON value with one meaning."""
    return HttpRefusal(400, code, template, **params)


def bad_parameter(name: str, expected: str) -> HttpRefusal:
    """400: a query parameter that can't be read; `expected` says what it should be."""
    return HttpRefusal(
        400,
        "invalid-parameter",
        _("The query parameter {name} must be {expected}."),
        name=name,
        expected=expected,
    )
