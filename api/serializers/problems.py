"""The problem document (RFC 9457)."""

from pydantic import Field

from api.serializers.documents import Answered
from audit.rules import Severity


class ProblemFault(Answered):
    """One place at fault: a JSON pointer (RFC 6901) into the body that was sent."""

    pointer: str
    code: str
    message: str
    severity: Severity


class Problem(Answered):
    """Why a request was refused. `type` and `code` are stable; the texts are in the caller's language."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[ProblemFault] | None = Field(None, description="every fault, for invalid-values")
    current_etag: str | None = Field(None, description="for stale-edit: the ETag to read again")
    changed_by: str | None = Field(None, description="for stale-edit: who changed the record")
    changed_at: str | None = Field(None, description="for stale-edit: when, in UTC")
