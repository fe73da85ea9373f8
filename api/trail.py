"""The audit trail as people read it: other records by the names they are known by, never by database ids."""

from typing import Any

from django.db.models import Model

from api.serializers.audit import ChangeRead, TrailEntryRead
from audit.selectors import Change, TrailEntry, audited_models
from subjects.models import Subject

SPOKEN = ("name", "version", "number", "form")
Pointers = dict[tuple[str, str], type[Model]]
Names = dict[Any, Any]


def entries_read(subject: Subject, entries: list[TrailEntry]) -> list[TrailEntryRead]:
    """The entries as documents; one query for each kind of record to which a subject's records point."""
    pointers = _pointers()
    names = {related: _names(related, subject) for related in set(pointers.values())}
    return [
        TrailEntryRead(
            at=entry.at,
            username=entry.username,
            role=entry.role,
            channel=entry.channel,
            request_id=entry.request_id,
            reason=entry.reason,
            kind=entry.kind,
            record=entry.model,
            record_label=str(entry.model_label),
            name=entry.object_label,
            changes=[_read(c, names.get(pointers.get((entry.model, c.field)))) for c in entry.changes],
        )
        for entry in entries
    ]


def _pointers() -> Pointers:
    """Which field of which record names another record of the subject or of its trial."""
    return {
        (model._meta.model_name or "", field.name): field.related_model
        for model in audited_models()
        for field in model._meta.concrete_fields
        if isinstance(field.related_model, type) and _owner(field.related_model)
    }


def _owner(model: type[Model]) -> str | None:
    """Whether a record belongs to a subject or to a trial."""
    fields = {field.name for field in model._meta.concrete_fields}
    return (
        next((name for name in ("subject", "trial") if name in fields), None)
        if fields & set(SPOKEN)
        else None
    )


def _names(model: type[Model], subject: Subject) -> Names:
    fields = {field.name for field in model._meta.concrete_fields}
    spoken = next(name for name in SPOKEN if name in fields)
    mine = {"subject": subject} if "subject" in fields else {"trial": subject.trial}
    return dict(model._default_manager.filter(**mine).values_list("pk", spoken))


def _read(change: Change, names: Names | None) -> ChangeRead:
    old, new = change.old, change.new
    if names is not None:
        old, new = names.get(old), names.get(new)
    return ChangeRead(field=change.field, label=str(change.label), old=old, new=new)
