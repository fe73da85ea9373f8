"""Reads of adverse events. Every query of a caller starts from `visible_to`."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.db.models import Max, Min, QuerySet

from audit.rules import UnknownObject
from safety.models import AdverseEvent
from safety.rules.emergence import treatment_emergent
from subjects.models import Subject
from subjects.selectors import visible_to as subjects_visible_to
from trials.models import StaffRole
from visits.models import Infusion


def visible_to(role: StaffRole) -> QuerySet[AdverseEvent]:
    """The adverse events of the subjects that a staff role reaches."""
    return AdverseEvent.objects.filter(subject__in=subjects_visible_to(role)).select_related(
        "subject", "infusion_visit"
    )


def events_of(subject: Subject) -> QuerySet[AdverseEvent]:
    """The adverse events of a subject, by number."""
    return subject.adverse_events.select_related("subject", "infusion_visit").order_by("number")


def event_of(subject: Subject, number: int) -> AdverseEvent:
    """One adverse event of a subject; `UnknownObject` where it has none of that number."""
    found = events_of(subject).filter(number=number).first()
    if found is None:
        raise UnknownObject()
    found.subject = subject
    return found


def locked(event: AdverseEvent) -> AdverseEvent:
    """The event as it is now, locked until the act commits."""
    return (
        AdverseEvent.objects.select_for_update(of=("self",)).select_related("infusion_visit").get(pk=event.pk)
    )


def emergence(subject: Subject, events: Iterable[AdverseEvent]) -> dict[int, bool | None]:
    """Whether each of a subject's events emerged under treatment, by event number; in one query."""
    given = Infusion.objects.filter(subject=subject).aggregate(
        first=Min("started_at"), last=Max("started_at")
    )
    zone = ZoneInfo(subject.trial.time_zone)
    return {
        event.number: treatment_emergent(
            event.values,
            first_infusion_at=given["first"] and given["first"].astimezone(zone),
            last_infusion_at=given["last"] and given["last"].astimezone(zone),
            emergent_days=subject.version.definition.settings.treatment_emergent_days,
        )
        for event in events
    }
