"""Every refusal as `application/problem+json` (RFC 9457), in the caller's language.

Programs read `type`, `code` and the pointers, which never change; people read the rest.
"""

from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.signals import got_request_exception
from django.http import Http404
from django.utils.translation import get_language, gettext
from rest_framework import exceptions
from rest_framework.response import Response

from api.authentication import CsrfFailed
from api.etags import etag
from api.refusals import HttpRefusal
from api.serializers.problems import Problem, ProblemFault
from audit.rules import InvalidValues, RuleViolation, StaleRevision, UnknownObject
from audit.rules import gettext_noop as _
from trials.selectors import PermissionMissing

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:casebook:problem:"
TITLES = {
    400: _("The request can't be read"),
    401: _("Sign in first"),
    403: _("Not permitted"),
    404: _("Not found"),
    405: _("Not possible here"),
    406: _("Not available in that form"),
    409: _("Refused by a rule"),
    412: _("Changed in the meantime"),
    413: _("Too large"),
    415: _("Not JSON"),
    422: _("Values can't be stored"),
    428: _("Precondition missing"),
    500: _("An error of Casebook's own"),
}
CONFLICT = 409
STATUS = {UnknownObject: 404, PermissionMissing: 403, InvalidValues: 422, StaleRevision: 412}
# `If-None-Match: *` did not hold (RFC 9110, 13.1.2).
ALREADY_THERE = frozenset({"form-exists", "infusion-exists"})
# Django's and DRF's own refusals; the first class that fits.
FOREIGN: tuple[tuple[type[Exception], RuleViolation], ...] = (
    (
        exceptions.NotAuthenticated,
        HttpRefusal(401, "not-authenticated", _("Sign in, or send an access token: Authorization: Bearer …")),
    ),
    (
        exceptions.AuthenticationFailed,
        HttpRefusal(401, "invalid-token", _("This access token is unknown, expired or revoked.")),
    ),
    (
        CsrfFailed,
        HttpRefusal(403, "csrf-failed", _("Send the CSRF token of the session: X-CSRFToken.")),
    ),
    (exceptions.MethodNotAllowed, HttpRefusal(405, "method-not-allowed", _("See the Allow header."))),
    (exceptions.NotAcceptable, HttpRefusal(406, "not-acceptable", _("Answers are JSON: accept that."))),
    (
        exceptions.UnsupportedMediaType,
        HttpRefusal(415, "unsupported-media-type", _("Send JSON in UTF-8: Content-Type: application/json.")),
    ),
    (exceptions.NotFound, UnknownObject()),
    (Http404, UnknownObject()),
    (exceptions.PermissionDenied, HttpRefusal(403, "forbidden", _("You may not do this."))),
    (DjangoPermissionDenied, HttpRefusal(403, "forbidden", _("You may not do this."))),
    (exceptions.ParseError, HttpRefusal(400, "malformed-request", _("The request can't be read."))),
)
UNEXPECTED = HttpRefusal(
    500, "unexpected", _("Nothing was stored. Report the X-Request-ID to the administrator.")
)


def problem_response(error: Exception, context: dict[str, Any]) -> Response:
    """The answer to a refused request; an unexpected error is logged and says nothing of its cause."""
    refusal = _refusal(error)
    if refusal is UNEXPECTED:
        got_request_exception.send(sender=type(context["view"]), request=context["request"]._request)
    return Response(
        problem(refusal).model_dump(mode="json", exclude_none=True),
        status_of(refusal),
        headers=_headers(error, refusal),
        content_type=MEDIA_TYPE,
    )


def _refusal(error: Exception) -> RuleViolation:
    if isinstance(error, RuleViolation):
        return error
    return next((refusal for kind, refusal in FOREIGN if isinstance(error, kind)), UNEXPECTED)


def status_of(refusal: RuleViolation) -> int:
    """The HTTP status that says what kind of refusal it is."""
    if isinstance(refusal, HttpRefusal):
        return refusal.status
    return 412 if refusal.code in ALREADY_THERE else STATUS.get(type(refusal), CONFLICT)


def problem(refusal: RuleViolation) -> Problem:
    """The problem document of a refusal."""
    language = get_language() or "en"
    status = status_of(refusal)
    stale = refusal.params if isinstance(refusal, StaleRevision) else {}
    return Problem(
        type=TYPE + refusal.code,
        title=gettext(TITLES[status]),
        status=status,
        detail=refusal.render(gettext, language),
        code=refusal.code,
        errors=_faults(refusal, language) if isinstance(refusal, InvalidValues) else None,
        current_etag=etag(stale["revision"]) if stale else None,
        changed_by=stale.get("changed_by"),
        changed_at=stale.get("changed_at"),
    )


def _faults(refusal: InvalidValues, language: str) -> list[ProblemFault]:
    return [
        ProblemFault(
            pointer=fault.pointer,
            code=fault.code,
            message=fault.render(gettext, language),
            severity=fault.severity,
        )
        for fault in refusal.faults
    ]


def _headers(error: Exception, refusal: RuleViolation) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if isinstance(refusal, StaleRevision):
        headers["ETag"] = etag(refusal.params["revision"])
    return headers
