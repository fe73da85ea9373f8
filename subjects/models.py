"""Subjects, their consents, judgements, eligibility confirmations, and protocol deviations.

Only subject codes stand here: nothing in a trial's tables names a person.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.models import Audited
from subjects.rules.deviations import DEVIATION_LABELS, DeviationKind, DeviationState
from subjects.rules.lifecycle import STATE_LABELS, SubjectState
from trials.models import EnrolmentPlace, ProtocolVersion, Site, Trial

ENROLLED_ONCE = [SubjectState.ENROLLED, SubjectState.COMPLETED]


class Subject(Audited):
    """A person in the trial, by code. The screening number is the code; the enrolment number is the place."""

    moved_by_acts = frozenset({"state", "day1"})

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="subjects")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="subjects")
    version = models.ForeignKey(ProtocolVersion, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("screening number"))
    code = models.CharField(_("subject"), max_length=12)
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=[(s, _(STATE_LABELS[s])) for s in SubjectState],
        default=SubjectState.SCREENING,
    )
    screened_on = models.DateField(_("screening started on"))
    place = models.OneToOneField(
        EnrolmentPlace, on_delete=models.PROTECT, null=True, blank=True, related_name="subject"
    )
    enrolled_on = models.DateField(_("enrolled on"), null=True, blank=True)
    day1 = models.DateField(_("Day 1"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    left_reason = models.TextField(_("reason for leaving"), blank=True)

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        ordering = ["trial", "number"]
        constraints = [
            models.UniqueConstraint(fields=["trial", "number"], name="screening_number_once"),
            models.UniqueConstraint(fields=["trial", "code"], name="subject_code_once"),
            models.CheckConstraint(
                name="enrolled_has_a_place",
                condition=~Q(state__in=ENROLLED_ONCE) | Q(place__isnull=False, enrolled_on__isnull=False),
            ),
            models.CheckConstraint(
                name="screening_has_no_place",
                condition=~Q(state__in=[SubjectState.SCREENING, SubjectState.SCREEN_FAILED])
                | Q(place__isnull=True, enrolled_on__isnull=True),
            ),
            models.CheckConstraint(
                name="left_says_when",
                condition=Q(state__in=[SubjectState.SCREENING, SubjectState.ENROLLED], left_on__isnull=True)
                | ~Q(state__in=[SubjectState.SCREENING, SubjectState.ENROLLED]) & Q(left_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def audit_scope(self) -> str:
        return f"subject:{self.pk}" if self.pk else ""

    @property
    def enrolment_number(self) -> int | None:
        return self.place.number if self.place else None


class Consent(Audited):
    """A signed informed consent form: which version, when, obtained by whom."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="consents")
    icf_version = models.CharField(_("ICF version"), max_length=20)
    signed_at = models.DateTimeField(_("signed at"))
    signed_on = models.DateField(_("date signed"), editable=False)
    obtained_by = models.CharField(_("obtained by"), max_length=150)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["subject", "signed_at"]
        constraints = [
            models.UniqueConstraint(fields=["subject", "icf_version"], name="consent_once_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} ICF {self.icf_version}"


class Judgement(Audited):
    """The investigator's answer to a criterion that no form decides."""

    moved_by_acts = frozenset({"judged_by", "revision"})

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="judgements")
    criterion = models.CharField(_("criterion"), max_length=10)
    revision = models.PositiveIntegerField(default=1, editable=False)
    applies = models.BooleanField(_("applies"))
    comment = models.TextField(_("comment"), blank=True)
    judged_by = models.CharField(_("judged by"), max_length=150)

    class Meta:
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")
        constraints = [models.UniqueConstraint(fields=["subject", "criterion"], name="one_judgement_each")]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.criterion}"


class EligibilityConfirmation(Audited):
    """The investigator's decision, with the evaluation as it stood: criteria, values, outcome, version."""

    STAGES = [("screening", _("at screening")), ("enrolment", _("at enrolment"))]

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="confirmations")
    version = models.ForeignKey(ProtocolVersion, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(_("stage"), max_length=10, choices=STAGES)
    eligible = models.BooleanField(_("eligible"))
    confirmed_on = models.DateField(_("confirmed on"))
    confirmed_by = models.CharField(_("confirmed by"), max_length=150)
    comment = models.TextField(_("comment"), blank=True)
    evaluation = models.JSONField(_("evaluation"))
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("eligibility confirmation")
        verbose_name_plural = _("eligibility confirmations")
        ordering = ["subject", "id"]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.stage}"


class Deviation(Audited):
    """A departure from the protocol, found by the system; `cause` is the visit it concerns."""

    moved_by_acts = frozenset({"state", "occurred_on", "facts"})

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="deviations")
    kind = models.CharField(
        _("kind"), max_length=20, choices=[(k, _(DEVIATION_LABELS[k])) for k in DeviationKind]
    )
    cause = models.CharField(_("visit"), max_length=20)
    occurred_on = models.DateField(_("occurred on"))
    facts = models.JSONField(_("facts"), default=dict)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[(DeviationState.OPEN, _("open")), (DeviationState.WITHDRAWN, _("taken back"))],
        default=DeviationState.OPEN,
    )

    class Meta:
        verbose_name = _("protocol deviation")
        verbose_name_plural = _("protocol deviations")
        ordering = ["subject", "occurred_on", "id"]
        constraints = [models.UniqueConstraint(fields=["subject", "kind", "cause"], name="deviation_once")]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.kind} {self.cause}"
