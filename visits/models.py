"""Visits as they are planned and as they took place, and the infusions given at them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.models import Audited
from subjects.models import Subject
from trials.models import ProtocolVersion
from visits.rules.lifecycle import VISIT_STATE_LABELS, VisitState
from visits.rules.schedule import Window, WindowStatus, compare


class Visit(Audited):
    """One study event of one subject. Its planned dates follow Day 1 until it has taken place."""

    moved_by_acts = frozenset({"state"})

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="visits")
    version = models.ForeignKey(ProtocolVersion, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("visit"), max_length=20)
    order = models.PositiveIntegerField(editable=False)
    planned_date = models.DateField(_("planned date"), null=True, blank=True)
    opens_on = models.DateField(_("window opens"), null=True, blank=True)
    closes_on = models.DateField(_("window closes"), null=True, blank=True)
    actual_date = models.DateField(_("actual date"), null=True, blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[(s, _(VISIT_STATE_LABELS[s])) for s in VisitState],
        default=VisitState.PLANNED,
    )
    absence_reason = models.TextField(_("reason for absence"), blank=True)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["subject", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["subject", "name"], name="visit_name_once"),
            models.CheckConstraint(
                name="attended_says_when",
                condition=Q(state=VisitState.ATTENDED, actual_date__isnull=False)
                | ~Q(state=VisitState.ATTENDED) & Q(actual_date__isnull=True),
            ),
            models.CheckConstraint(
                name="window_is_whole",
                condition=Q(planned_date__isnull=True, opens_on__isnull=True, closes_on__isnull=True)
                | Q(opens_on__lte=F("planned_date"), closes_on__gte=F("planned_date")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["opens_on", "closes_on"],
                condition=Q(state=VisitState.PLANNED),
                name="visit_windows_to_come",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def window(self) -> Window | None:
        if self.planned_date is None or self.opens_on is None or self.closes_on is None:
            return None
        return Window(self.planned_date, self.opens_on, self.closes_on)

    @property
    def window_status(self) -> WindowStatus | None:
        """None while it has no window or has not taken place."""
        return compare(self.window, self.actual_date) if self.window and self.actual_date else None


class Infusion(Audited):
    """The investigational product given at a visit, as it was given."""

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="infusion")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="infusions")
    revision = models.PositiveIntegerField(default=1, editable=False)
    lot = models.CharField(_("lot number"), max_length=40)
    dose = models.DecimalField(_("dose"), max_digits=14, decimal_places=4)
    dose_unit = models.CharField(_("dose unit"), max_length=40)
    started_at = models.DateTimeField(_("started at"))
    stopped_at = models.DateTimeField(_("stopped at"))
    premedication = models.TextField(_("premedication"), blank=True)
    interruptions = models.JSONField(_("interruptions"), default=list, blank=True)
    percent_given = models.DecimalField(_("per cent of the dose given"), max_digits=5, decimal_places=2)
    reason_not_whole = models.TextField(_("reason if not whole"), blank=True)

    moved_by_acts = frozenset({"revision"})

    class Meta:
        verbose_name = _("infusion")
        verbose_name_plural = _("infusions")
        ordering = ["subject", "started_at"]
        constraints = [
            models.CheckConstraint(
                name="infusion_stops_after_it_starts", condition=Q(stopped_at__gt=F("started_at"))
            ),
            models.CheckConstraint(
                name="per_cent_of_a_dose", condition=Q(percent_given__gte=0, percent_given__lte=100)
            ),
            models.CheckConstraint(
                name="a_part_says_why", condition=Q(percent_given=100) | ~Q(reason_not_whole="")
            ),
            models.CheckConstraint(name="a_dose_is_positive", condition=Q(dose__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.lot}"
