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
    names: dict[Any, Names] = {related: _names(related, subject) for related in set(pointers.values())}
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
        if isinstance(field.related_model, type) and _is_spoken_of(field.related_model)
    }


def _fields(model: type[Model]) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


def _is_spoken_of(model: type[Model]) -> bool:
    return bool(_fields(model) & set(SPOKEN)) and bool(_fields(model) & {"subject", "trial"})


def _names(model: type[Model], subject: Subject) -> Names:
    spoken = next(name for name in SPOKEN if name in _fields(model))
    owner = {"subject": subject} if "subject" in _fields(model) else {"trial": subject.trial}
    return dict(model._default_manager.filter(**owner).values_list("pk", spoken))


def _read(change: Change, names: Names | None) -> ChangeRead:
    old, new = change.old, change.new
    if names is not None:
        old, new = names.get(old), names.get(new)
    return ChangeRead(field=change.field, label=str(change.label), old=old, new=new)
