"""Preconditions (RFC 9110, 13): nobody overwrites what they have not read."""

import re

from rest_framework.request import Request

from api.refusals import HttpRefusal
from audit.rules import gettext_noop as _

# A proxy that compresses answers turns a strong tag into a weak one; ours names one revision either way.
_TAG = re.compile(r'(?:W/)?"([1-9][0-9]{0,8})"')
NEVER_A_REVISION = -1
_CHANGE = _("Send If-Match with the ETag that you have read.")
_CREATE_OR_CHANGE = _(
    "Send If-None-Match: * to create, or If-Match with the ETag that you have read to change."
)


def etag(revision: int) -> str:
    """The tag of one revision of a record."""
    return f'"{revision}"'


def expected_revision(request: Request, *, may_create: bool) -> int | None:
    """The revision that the caller has read; None to create.

    Refused (428, precondition-required) without `If-Match` or, where it may create, `If-None-Match: *`; and
    for `If-Match: *`, which would overwrite what nobody has read.
    """
    if_match, if_none_match = request.headers.get("If-Match"), request.headers.get("If-None-Match")
    if may_create and if_match is None and (if_none_match or "").strip() == "*":
        return None
    if if_match is None or if_none_match is not None or if_match.strip() == "*":
        raise HttpRefusal(428, "precondition-required", _CREATE_OR_CHANGE if may_create else _CHANGE)
    tag = _TAG.fullmatch(if_match.strip())
    return int(tag[1]) if tag else NEVER_A_REVISION
