"""The audit trail."""

from typing import Any

from api.serializers.documents import Answered, Moment


class ChangeRead(Answered):
    """One field: what it was and what it became; other records stand by the names people say."""

    field: str
    label: str
    old: Any
    new: Any


class TrailEntryRead(Answered):
    """One version of one record: who made it, in which role, when, through what, and why."""

    at: Moment
    username: str
    role: str
    channel: str
    request_id: str
    reason: str
    kind: str
    record: str
    record_label: str
    name: str
    changes: list[ChangeRead]
