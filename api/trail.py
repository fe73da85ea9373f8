"""The audit trail as people read it: other records by the names they are known by, never by database ids."""

from collections import defaultdict
from typing import Any

from django.db.models import Model

from api.serializers.audit import ChangeRead, TrailEntryRead
from audit.selectors import Change, TrailEntry, audited_models

SPOKEN = ("name", "version", "number", "code", "form", "username", "digest")
Pointers = dict[tuple[str, str], type[Model]]
Names = dict[type[Model], dict[Any, Any]]


def entries_read(entries: list[TrailEntry]) -> list[TrailEntryRead]:
    """The entries as documents; one query for each kind of record to which they point."""
    pointers = _pointers()
    names = _names(entries, pointers)
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
            changes=[
                _read(change, names.get(pointers.get((entry.model, change.field)))) for change in entry.changes
            ],
        )
        for entry in entries
    ]


def _pointers() -> Pointers:
    """Which field of which record names another record."""
    return {
        (model._meta.model_name or "", field.name): field.related_model
        for model in audited_models()
        for field in model._meta.concrete_fields
        if field.is_relation and isinstance(field.related_model, type)
    }


def _names(entries: list[TrailEntry], pointers: Pointers) -> Names:
    keys: dict[type[Model], set[Any]] = defaultdict(set)
    for entry in entries:
        for change in entry.changes:
            if related := pointers.get((entry.model, change.field)):
                keys[related] |= {change.old, change.new} - {None}
    return {
        related: dict(related._default_manager.filter(pk__in=found).values_list("pk", _spoken(related)))
        for related, found in keys.items()
    }


def _spoken(model: type[Model]) -> str:
    fields = {field.name for field in model._meta.concrete_fields}
    return next(name for name in SPOKEN if name in fields)


def _read(change: Change, names: dict[Any, Any] | None) -> ChangeRead:
    old, new = change.old, change.new
    if names is not None:
        old, new = names.get(old), names.get(new)
    return ChangeRead(field=change.field, label=str(change.label), old=old, new=new)
