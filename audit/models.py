"""`Audited`: the base of every record of a trial. Each version of a row is kept, attributed, unchanged."""

from copy import deepcopy
from typing import Any, ClassVar, Self, cast

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from audit.recording import Act, Unrecorded, current_act
from audit.rules import demand_reason


class HistoryRow(models.Model):
    """What every history row says besides the values: who acted, in which role, through what, about whom."""

    history_username = models.CharField(_("user"), max_length=150, blank=True)
    history_role = models.CharField(_("role"), max_length=40, blank=True)
    history_channel = models.CharField(_("channel"), max_length=10, blank=True)
    history_request_id = models.CharField(max_length=64, blank=True)
    history_scope = models.CharField(max_length=40, blank=True, db_index=True)

    class Meta:
        abstract = True

    def attribute(self, act: Act, scope: str) -> None:
        """Copy the act into this row; names are copied because they may change later."""
        self.history_user_id = act.by.user_id
        self.history_username = act.by.username
        self.history_role = act.by.role
        self.history_channel = act.by.channel
        self.history_request_id = act.by.request_id
        self.history_change_reason = act.reason
        self.history_scope = scope


class AuditedQuerySet(models.QuerySet):
    """Reads like any other; writes that would leave no history are refused (21 CFR 11.10(e))."""

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise Unrecorded("This write would leave no history: save each row, or use insert_all / change_all.")

    update = bulk_create = bulk_update = delete = _refuse
    _refuse.alters_data = True  # type: ignore[attr-defined]

    def insert_all(self, rows: list) -> list:
        """Insert many rows and their history in two statements."""
        act = current_act()
        stored = models.QuerySet.bulk_create(self, rows)
        self._append_history(stored, act, "+")
        for row in stored:
            row.remember()
        return stored

    def change_all(self, rows: list, fields: list[str]) -> None:
        """Change many rows and append their history in two statements; unchanged rows are left alone."""
        act = current_act()
        changed = [row for row in rows if row.demand_reason_for_changes(act)]
        if changed:
            models.QuerySet(self.model, using=self.db).bulk_update(changed, fields)
            self._append_history(changed, act, "~")
            for row in changed:
                row.remember()

    def _append_history(self, rows: list, act: Act, kind: str) -> None:
        history_model = cast(type[Audited], self.model).history.model
        copies = []
        for row in rows:
            values = {f.attname: getattr(row, f.attname) for f in self.model._meta.concrete_fields}
            copy = history_model(**values, history_type=kind, history_date=timezone.now())
            copy.attribute(act, row.audit_scope)
            copies.append(copy)
        history_model.objects.bulk_create(copies)


class Audited(models.Model):
    """A row of trial data. It is written inside `record` only, and every version of it is kept.

    A value once recorded is changed only with a reason. Fields in `moved_by_acts` are exempt: an act itself
    (attend, enrol, …) is the reason why they move.
    """

    moved_by_acts: ClassVar[frozenset[str]] = frozenset({"state"})

    history = HistoricalRecords(inherit=True, bases=[HistoryRow], get_user=lambda instance, **kwargs: None)
    objects = AuditedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        act = current_act()
        if self._state.adding or self.demand_reason_for_changes(act):
            super().save(*args, **kwargs)
            self.remember()

    save.alters_data = True  # type: ignore[attr-defined]

    @property
    def audit_scope(self) -> str:
        """Whose trail this row belongs to: `subject:<id>`, `trial:<id>`; empty for the site's own records."""
        if subject_id := getattr(self, "subject_id", None):
            return f"subject:{subject_id}"
        if trial_id := getattr(self, "trial_id", None):
            return f"trial:{trial_id}"
        return ""

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **kwargs: Any) -> Self:
        row = super().from_db(db, field_names, values, **kwargs)
        row.remember()
        return row

    def remember(self) -> None:
        """Keep what the database holds, to see later what was changed."""
        self._recorded = {
            field.attname: deepcopy(self.__dict__[field.attname])
            for field in self._meta.concrete_fields
            if field.attname in self.__dict__
        }

    def changed_fields(self) -> dict[str, tuple[Any, Any]]:
        """`{field: (recorded, new)}` for what differs from the database."""
        recorded = getattr(self, "_recorded", {})
        return {
            name: (old, getattr(self, name)) for name, old in recorded.items() if getattr(self, name) != old
        }

    def overwrites(self, name: str, old: Any, new: Any) -> bool:
        """Whether this change replaces a value somebody recorded (as against filling a blank)."""
        return name not in self.moved_by_acts and old not in (None, "", {}, [])

    def demand_reason_for_changes(self, act: Act) -> bool:
        """Whether anything changed; refuses to overwrite a recorded value without a reason."""
        changes = self.changed_fields()
        if any(self.overwrites(name, old, new) for name, (old, new) in changes.items()):
            demand_reason(act.reason)
        return bool(changes)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise Unrecorded("A record of a trial is never deleted; it is corrected, withdrawn or cancelled.")

    delete.alters_data = True  # type: ignore[attr-defined]
