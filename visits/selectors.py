"""Reads of visits. Every query of a caller starts from `visible_to`."""

from datetime import date, timedelta

from django.db.models import QuerySet

from audit.rules import UnknownObject
from subjects.models import Subject
from subjects.selectors import visible_to as subjects_visible_to
from trials.models import StaffRole
from trials.rules.events import EventKind, PlannedEvent
from visits.models import Infusion, Visit
from visits.rules.lifecycle import VisitState


def visible_to(role: StaffRole) -> QuerySet[Visit]:
    """The visits of the subjects that a staff role reaches."""
    return Visit.objects.filter(subject__in=subjects_visible_to(role))


def visit_of(subject: Subject, name: str) -> Visit:
    """One visit of a subject by name; `UnknownObject` where it has none."""
    found = subject.visits.select_related("version").filter(name=name).first()
    if found is None:
        raise UnknownObject()
    found.subject = subject
    return found


def visit_for(role: StaffRole, subject: str, name: str) -> Visit:
    """One visit by subject code and name; `UnknownObject` also for another site's."""
    related = ("version", "subject__trial", "subject__site", "subject__version", "subject__place")
    found = visible_to(role).filter(subject__code=subject, name=name).select_related(*related).first()
    if found is None:
        raise UnknownObject()
    return found


def locked(visit: Visit) -> Visit:
    """The visit as it is now, locked until the act commits."""
    found = Visit.objects.select_for_update().get(pk=visit.pk)
    found.subject = visit.subject
    found.version = visit.version
    return found


def event_of(visit: Visit) -> PlannedEvent:
    """The planned event behind a visit, in the version under which it was planned."""
    event = visit.version.definition.event_named(visit.name)
    if event is None:
        raise UnknownObject()
    return event


def infusion_dates(subject: Subject) -> list[tuple[str, date]]:
    """The visit and date of each infusion given, in order of date."""
    given = Infusion.objects.filter(subject=subject).values_list("visit__name", "visit__actual_date")
    return sorted(((name, day) for name, day in given if day), key=lambda pair: pair[1])


def open_visits(role: StaffRole, *, on: date, lead_days: int) -> QuerySet[Visit]:
    """Planned visits of subjects in the trial whose window is open, past, or opens within `lead_days`."""
    return (
        visible_to(role)
        .filter(
            state=VisitState.PLANNED,
            subject__left_on__isnull=True,
            opens_on__lte=on + timedelta(days=lead_days),
        )
        .select_related("subject")
        .order_by("closes_on", "subject__number")
    )


def is_infusion_visit(visit: Visit) -> bool:
    """Whether the protocol has an infusion at this visit."""
    return event_of(visit).kind is EventKind.INFUSION
