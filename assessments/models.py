"""What was observed: one row for each captured form."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.models import Audited
from subjects.models import Subject
from trials.models import ProtocolVersion
from visits.models import Visit


class Assessment(Audited):
    """One captured form: what people entered (`values`, `not_done`), what the server computed (`derived`)."""

    STATES = [("incomplete", _("incomplete")), ("complete", _("complete"))]
    moved_by_acts = frozenset({"state", "revision", "derived", "findings", "overrides"})

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="assessments")
    visit = models.ForeignKey(
        Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="assessments"
    )
    version = models.ForeignKey(ProtocolVersion, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(_("form"), max_length=16)
    repeat = models.PositiveIntegerField(_("number"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=STATES)
    revision = models.PositiveIntegerField(default=1, editable=False)
    values = models.JSONField(_("values"), default=dict)
    not_done = models.JSONField(_("not done"), default=dict)
    derived = models.JSONField(_("derived"), default=dict)
    findings = models.JSONField(_("findings"), default=list)
    overrides = models.JSONField(_("overrides"), default=dict)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["subject", "visit__order", "form", "repeat"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "form", "repeat"],
                condition=Q(visit__isnull=False),
                name="form_once_per_visit_and_repeat",
            ),
            models.UniqueConstraint(
                fields=["subject", "form", "repeat"],
                condition=Q(visit__isnull=True),
                name="log_row_number_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.repeat}"

    def overwrites(self, name: str, old: Any, new: Any) -> bool:
        """Filling a blank item needs no reason; replacing or removing a recorded one does."""
        if name in ("values", "not_done"):
            return any(new.get(item) != value for item, value in old.items())
        return super().overwrites(name, old, new)
