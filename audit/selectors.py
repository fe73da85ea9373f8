"""Reads of the history: the trail of a subject or trial, and what a table held at a past instant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Max

from audit.models import Audited

_OWN_FIELDS = frozenset({"id", "subject_id", "trial_id"})


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one version: what it was, what it became."""

    field: str
    label: Any
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One version of one record: who made it, in which role, when, through what, and why."""

    at: datetime
    username: str
    role: str
    channel: str
    request_id: str
    reason: str
    kind: str
    model: str
    model_label: Any
    object_id: int | str
    object_label: str
    changes: tuple[Change, ...]


def audited_models() -> list[type[Audited]]:
    """Every concrete model whose history is kept through `Audited`."""
    return [model for model in apps.get_models() if issubclass(model, Audited)]


def trail(scope: str, *, model: type[Audited] | None = None) -> list[TrailEntry]:
    """The whole trail of a scope (`subject:<id>`, `trial:<id>`), newest first; one query a table."""
    tables = [model] if model else audited_models()
    entries = [entry for table in tables for entry in _entries(table, scope)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _entries(model: type[Audited], scope: str) -> Iterator[TrailEntry]:
    previous: dict[Any, Any] = {}
    key = model._meta.pk.attname
    for row in model.history.filter(history_scope=scope).order_by("history_date", "history_id"):
        yield TrailEntry(
            at=row.history_date,
            username=row.history_username,
            role=row.history_role,
            channel=row.history_channel,
            request_id=row.history_request_id,
            reason=row.history_change_reason or "",
            kind={"+": "created", "~": "changed", "-": "deleted"}[row.history_type],
            model=model._meta.model_name or "",
            model_label=model._meta.verbose_name,
            object_id=getattr(row, key),
            object_label=_label(model, row),
            changes=tuple(_changes(model, previous.get(getattr(row, key)), row)),
        )
        previous[getattr(row, key)] = row


def _label(model: type[Audited], row: Any) -> str:
    """The names by which people know a record; a foreign key alone is not one."""
    known = ("code", "name", "form", "criterion", "number", "kind", "icf_version", "stage", "lot")
    return " ".join(
        str(getattr(row, field)) for field in known if getattr(row, field, None) not in (None, "")
    )


def _changes(model: type[Audited], old: Any, new: Any) -> Iterator[Change]:
    for field in model._meta.concrete_fields:
        if field.attname in _OWN_FIELDS:
            continue
        before = getattr(old, field.attname) if old else None
        after = getattr(new, field.attname)
        if before == after or (old is None and after in (None, "", {}, [])):
            continue
        if isinstance(field, models.JSONField) and isinstance(after, dict):
            yield from _item_changes(field, before or {}, after)
        else:
            yield Change(field.name, field.verbose_name, before, after)


def _item_changes(field: Any, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    """A JSON column item by item, so that the trail shows the item that changed and not the whole form."""
    for key in {**before, **after}:
        if before.get(key) != after.get(key):
            yield Change(f"{field.name}.{key}", key, before.get(key), after.get(key))


def as_of(model: type[Audited], scope: str, at: datetime) -> list[Any]:
    """The rows of a scope as they stood at an instant, rebuilt from history, in order of their ids."""
    known = model.history.filter(history_scope=scope, history_date__lte=at)
    newest = known.values("id").annotate(last=Max("history_id")).values("last")
    return [row.instance for row in model.history.filter(history_id__in=newest).order_by("id")]
