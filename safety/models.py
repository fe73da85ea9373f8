"""Adverse events as they are reported (CDASH AE domain)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.models import Audited
from safety.rules import terms
from safety.rules.values import MAX_TEXT, AdverseEventValues
from subjects.models import Subject
from trials.models import ProtocolVersion
from visits.models import Visit

SERIOUS_CRITERIA = Q(*(Q(**{criterion.item: True}) for criterion in terms.Criterion), _connector=Q.OR)
CODES = {
    "outcome": [*terms.Outcome],
    "action_taken": [*terms.ActionTaken],
    "caused_by_product": [*terms.Causality, ""],
    "caused_by_procedure": [*terms.Causality, ""],
    "caused_by_medication": [*terms.Causality, ""],
    "caused_by_disease": [*terms.Causality, ""],
    "special_interest": [*terms.SpecialInterest, ""],
}
_CAUSALITY: dict[str, Any] = {
    "max_length": 24,
    "blank": True,
    "choices": [(c, _(terms.CAUSALITY_LABELS[c])) for c in terms.Causality],
}


class AdverseEvent(Audited):
    """One adverse event of one subject. An empty boolean is a question not answered yet."""

    moved_by_acts = frozenset({"revision"})

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="adverse_events")
    version = models.ForeignKey(ProtocolVersion, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("number"))
    revision = models.PositiveIntegerField(default=1, editable=False)
    term = models.CharField(_("adverse event"), max_length=MAX_TEXT)
    start_date = models.CharField(_("start date"), max_length=10)
    start_time = models.TimeField(_("start time"), null=True, blank=True)
    end_date = models.CharField(_("end date"), max_length=10, blank=True)
    end_time = models.TimeField(_("end time"), null=True, blank=True)
    ongoing = models.BooleanField(_("ongoing"), default=False)
    grade = models.PositiveSmallIntegerField(
        _("CTCAE grade"), choices=[(g, _(terms.GRADE_LABELS[g])) for g in terms.GRADES]
    )
    ctcae_version = models.CharField(_("CTCAE version"), max_length=10)
    serious = models.BooleanField(_("serious"), null=True, blank=True)
    death = models.BooleanField(_(terms.CRITERION_LABELS[terms.Criterion.DEATH]), default=False)
    life_threatening = models.BooleanField(
        _(terms.CRITERION_LABELS[terms.Criterion.LIFE_THREATENING]), default=False
    )
    hospitalisation = models.BooleanField(
        _(terms.CRITERION_LABELS[terms.Criterion.HOSPITALISATION]), default=False
    )
    disability = models.BooleanField(_(terms.CRITERION_LABELS[terms.Criterion.DISABILITY]), default=False)
    congenital_anomaly = models.BooleanField(
        _(terms.CRITERION_LABELS[terms.Criterion.CONGENITAL_ANOMALY]), default=False
    )
    medically_important = models.BooleanField(
        _(terms.CRITERION_LABELS[terms.Criterion.MEDICALLY_IMPORTANT]), default=False
    )
    caused_by_product = models.CharField(_("relation to the investigational product"), **_CAUSALITY)
    caused_by_procedure = models.CharField(
        _("relation to the infusion procedure or premedication"), **_CAUSALITY
    )
    caused_by_medication = models.CharField(_("relation to a concomitant drug"), **_CAUSALITY)
    caused_by_disease = models.CharField(_("relation to myasthenia gravis or another disease"), **_CAUSALITY)
    action_taken = models.CharField(
        _("action taken with the investigational product"),
        max_length=20,
        choices=[(a, _(terms.ACTION_LABELS[a])) for a in terms.ActionTaken],
    )
    other_action = models.CharField(_("other action taken"), max_length=MAX_TEXT, blank=True)
    treated = models.BooleanField(_("treatment given for the event"), null=True, blank=True)
    outcome = models.CharField(
        _("outcome"),
        max_length=40,
        choices=[(o, _(terms.OUTCOME_LABELS[o])) for o in terms.Outcome],
    )
    led_to_discontinuation = models.BooleanField(
        _("led to discontinuation of the trial"), null=True, blank=True
    )
    special_interest = models.CharField(
        _("adverse event of special interest"),
        max_length=30,
        blank=True,
        choices=[(s, _(terms.SPECIAL_INTEREST_LABELS[s])) for s in terms.SpecialInterest],
    )
    infusion_visit = models.ForeignKey(
        Visit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="adverse_events",
        verbose_name=_("related infusion"),
    )
    aware_at = models.DateTimeField(_("site aware since"))
    meddra_version = models.CharField(_("MedDRA version"), max_length=10, blank=True)
    meddra_llt = models.CharField(_("lowest level term"), max_length=MAX_TEXT, blank=True)
    meddra_pt = models.CharField(_("preferred term"), max_length=MAX_TEXT, blank=True)
    meddra_soc = models.CharField(_("system organ class"), max_length=MAX_TEXT, blank=True)

    class Meta:
        verbose_name = _("adverse event")
        verbose_name_plural = _("adverse events")
        ordering = ["subject", "number"]
        constraints = [
            models.UniqueConstraint(fields=["subject", "number"], name="event_number_once"),
            models.CheckConstraint(name="grade_of_ctcae", condition=Q(grade__gte=1, grade__lte=5)),
            models.CheckConstraint(
                name="serious_if_and_only_if_a_criterion",
                condition=Q(serious__isnull=False, serious=True) & SERIOUS_CRITERIA
                | (Q(serious=False) | Q(serious__isnull=True)) & ~SERIOUS_CRITERIA,
            ),
            models.CheckConstraint(
                name="high_grade_says_if_serious",
                condition=Q(grade__lt=terms.LIFE_THREATENING_GRADE) | Q(serious__isnull=False),
            ),
            models.CheckConstraint(
                name="death_in_all_three_or_none",
                condition=Q(outcome=terms.Outcome.FATAL, grade=terms.FATAL_GRADE, death=True)
                | ~Q(outcome=terms.Outcome.FATAL) & ~Q(grade=terms.FATAL_GRADE) & Q(death=False),
            ),
            models.CheckConstraint(
                name="ended_unless_ongoing_or_unknown",
                condition=Q(ongoing=True, end_date="")
                | Q(ongoing=False) & (~Q(end_date="") | Q(outcome=terms.Outcome.UNKNOWN)),
            ),
            models.CheckConstraint(
                name="event_coded_whole_or_not",
                condition=Q(meddra_version="", meddra_llt="", meddra_pt="", meddra_soc="")
                | ~Q(meddra_version="") & ~Q(meddra_llt="") & ~Q(meddra_pt="") & ~Q(meddra_soc=""),
            ),
        ] + [
            models.CheckConstraint(name=f"{field}_is_a_code", condition=Q(**{f"{field}__in": codes}))
            for field, codes in CODES.items()
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.term}"

    @property
    def is_sae(self) -> bool:
        return self.serious is True

    @property
    def values(self) -> AdverseEventValues:
        """What people recorded, as they would send it; what is blank was not answered."""
        recorded = {name: getattr(self, name) for name in AdverseEventValues.model_fields}
        visit = self.infusion_visit.name if self.infusion_visit else None
        blanks = {name: None for name, value in recorded.items() if value == ""}
        return AdverseEventValues(**recorded | blanks | {"infusion_visit": visit})
