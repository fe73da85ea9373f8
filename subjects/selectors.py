"""Reads of subjects. Every query of a caller starts from `visible_to`."""

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from audit.rules import RuleViolation, UnknownObject
from audit.rules import gettext_noop as _
from subjects.models import Consent, Deviation, Subject
from subjects.rules.lifecycle import SubjectState
from trials.models import StaffRole, Trial


def visible_to(role: StaffRole) -> QuerySet[Subject]:
    """The subjects that a staff role reaches: those of its site, or of all sites of its trial."""
    subjects = Subject.objects.filter(trial_id=role.trial_id)
    if role.site_id:
        subjects = subjects.filter(site_id=role.site_id)
    return subjects.select_related("trial", "site", "version", "place")


def subject_for(role: StaffRole, code: str) -> Subject:
    """One subject by code; `UnknownObject` also for another site's."""
    found = visible_to(role).filter(code=code).first()
    if found is None:
        raise UnknownObject()
    return found


def locked(subject: Subject) -> Subject:
    """The subject as it is now, locked until the act commits: acts on one subject happen one at a time."""
    return (
        Subject.objects.select_for_update(of=("self",))
        .select_related("trial", "site", "version", "place")
        .get(pk=subject.pk)
    )


def first_consent(subject: Subject) -> Consent | None:
    """The consent signed first."""
    return subject.consents.order_by("signed_at").first()


def demand_consent(subject: Subject) -> Consent:
    """The first consent; refused (`consent-missing`) where there is none."""
    consent = first_consent(subject)
    if consent is None:
        raise RuleViolation(
            "consent-missing",
            _("Subject {subject} has no recorded consent. Record the signed consent first."),
            subject=subject.code,
        )
    return consent


def enrolment(trial: Trial) -> dict[str, int | bool]:
    """How full the trial is: cap, enrolled (ever), remaining, in screening, screen failures, open."""
    counts = Subject.objects.filter(trial=trial).aggregate(
        enrolled=Count("pk", filter=Q(place__isnull=False)),
        screening=Count("pk", filter=Q(state=SubjectState.SCREENING)),
        screen_failed=Count("pk", filter=Q(state=SubjectState.SCREEN_FAILED)),
    )
    cap = trial.places.count()
    return {
        "cap": cap,
        **counts,
        "remaining": cap - counts["enrolled"],
        "open": cap > counts["enrolled"],
    }


def deviations_visible_to(role: StaffRole) -> QuerySet[Deviation]:
    """The deviations of the subjects that a role reaches."""
    return Deviation.objects.filter(subject__in=visible_to(role)).select_related("subject")


def deviations_of(subjects: Iterable[Subject]) -> QuerySet[Deviation]:
    """The deviations of these subjects, in order of happening."""
    return Deviation.objects.filter(subject__in=subjects).order_by("occurred_on", "id")
