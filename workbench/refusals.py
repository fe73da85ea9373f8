"""How a refusal reaches the person: as a page of its own, or beside what they typed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, gettext

from audit.rules import Fault, InvalidValues, RuleViolation, StaleRevision, UnknownObject
from trials.selectors import PermissionMissing

STATUS = {UnknownObject: 404, PermissionMissing: 403, InvalidValues: 422, StaleRevision: 412}
CONFLICT = 409


def status_of(refusal: RuleViolation) -> int:
    """The HTTP status that says what kind of refusal it is."""
    return STATUS.get(type(refusal), CONFLICT)


def words_of(refusal: RuleViolation | Fault) -> str:
    """A refusal in the reader's language."""
    return refusal.render(gettext, get_language() or "en")


def answered(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Turn a refusal that no form has taken up into a page that says what happened and where to go on."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except RuleViolation as refusal:
            faults = refusal.faults if isinstance(refusal, InvalidValues) else ()
            context = {"message": words_of(refusal), "faults": [words_of(fault) for fault in faults]}
            status = status_of(refusal)
            return render(request, "workbench/refusal.html", context | {"status": status}, status=status)

    return page
