"""Planning: the visits that follow from Day 1, visits on demand, and visits that are moved or cancelled."""

from datetime import date

from django.db import transaction

from audit.recording import record
from audit.rules import Actor, RuleViolation, UnknownObject, demand_reason
from audit.rules import gettext_noop as _
from subjects.actions import set_day1
from subjects.models import Subject
from subjects.rules.lifecycle import SubjectState
from subjects.selectors import locked as locked_subject
from trials.rules.events import ON_DEMAND, EventKind
from visits.actions.deviations import settle_window
from visits.actions.reminders import withdraw_for
from visits.models import Visit
from visits.rules.lifecycle import VisitEvent, VisitState, next_state
from visits.rules.schedule import plan
from visits.selectors import event_of, infusion_dates, locked

_WINDOW = ["planned_date", "opens_on", "closes_on"]


@transaction.atomic
def plan_from_day1(*, subject: Subject, day1: date, reason: str, by: Actor) -> list[Visit]:
    """Lay the whole schedule from Day 1: make the visits that are missing, move those still planned.

    Visits that have taken place keep what happened; their windows follow too, because whether a screening
    was within 28 days of Day 1 is known only when Day 1 is. Moved visits lose their pending reminders.
    """
    definition = subject.version.definition
    windows = plan(list(definition.plan.values()), day1)
    set_day1(subject=subject, day1=day1, by=by)
    known = {visit.name: visit for visit in subject.visits.select_for_update().all()}
    moved = []
    for order, (name, event) in enumerate(definition.plan.items()):
        if event.kind in ON_DEMAND:
            continue
        visit = known.get(name) or Visit(subject=subject, version=subject.version, name=name, order=order)
        if visit.state != VisitState.CANCELLED:
            window = windows[name]
            visit.planned_date, visit.opens_on, visit.closes_on = (
                window.planned,
                window.opens,
                window.closes,
            )
            moved.append(visit)
    with record(by=by, reason=reason):
        Visit.objects.insert_all([visit for visit in moved if visit._state.adding])
        changed = [visit for visit in moved if visit.pk and visit.changed_fields()]
        Visit.objects.change_all(changed, _WINDOW)
    still_planned = [visit.pk for visit in changed if visit.state == VisitState.PLANNED]
    withdraw_for(still_planned, reason=_("the visit was moved"))
    if infusion_dates(subject):
        for visit in changed:
            settle_window(visit=visit, by=by)
    return moved


@transaction.atomic
def move_day1(*, subject: Subject, day1: date, reason: str, by: Actor) -> list[Visit]:
    """Plan the first infusion for another date. Refused (`day1-fixed`) once it has been given."""
    reason = demand_reason(reason)
    subject = locked_subject(subject)
    if subject.state != SubjectState.ENROLLED:
        raise RuleViolation(
            "not-enrolled",
            _("Subject {subject} is not enrolled; enrol first."),
            subject=subject.code,
        )
    if infusion_dates(subject):
        raise RuleViolation(
            "day1-fixed",
            _("The first infusion has been given: Day 1 is {day1}. Correct the infusion if that is wrong."),
            day1=str(subject.day1),
        )
    return plan_from_day1(subject=subject, day1=day1, reason=reason, by=by)


@transaction.atomic
def add_visit(*, subject: Subject, event: str, on: date, by: Actor) -> Visit:
    """Add an unscheduled visit (UNS1, UNS2 …) or the early termination visit (ET) on a date.

    Raises `UnknownObject` for an event that the protocol does not have on demand, `RuleViolation`
    (visit-exists) for a second ET.
    """
    subject = locked_subject(subject)
    definition = subject.version.definition
    planned = definition.plan.get(event)
    if planned is None or planned.kind not in ON_DEMAND:
        raise UnknownObject()
    name = event
    if planned.kind is EventKind.UNSCHEDULED:
        made = sum(1 for visit in subject.visits.all() if visit.name.startswith(event))
        name = f"{event}{made + 1}"
    elif subject.visits.filter(name=event).exists():
        raise RuleViolation("visit-exists", _("Visit {visit} of this subject exists already."), visit=event)
    visit = Visit(
        subject=subject,
        version=subject.version,
        name=name,
        order=list(definition.plan).index(event),
        planned_date=on,
        opens_on=on,
        closes_on=on,
    )
    with record(by=by):
        visit.save()
    return visit


@transaction.atomic
def reschedule(*, visit: Visit, planned_date: date, reason: str, by: Actor) -> Visit:
    """Move a visit on demand to another date. A visit of the grid moves with Day 1 only (`on-the-grid`)."""
    reason = demand_reason(reason)
    visit = locked(visit)
    if event_of(visit).kind not in ON_DEMAND:
        raise RuleViolation(
            "on-the-grid",
            _("The window of {visit} follows from Day 1 and can't be moved by itself."),
            visit=visit.name,
        )
    if visit.state != VisitState.PLANNED:
        raise RuleViolation(
            "illegal-transition",
            _("Visit {visit} is {state}: it can't be changed in this way ({event})."),
            visit=visit.name,
            state=visit.state,
            event="reschedule",
        )
    visit.planned_date = visit.opens_on = visit.closes_on = planned_date
    with record(by=by, reason=reason):
        visit.save()
    withdraw_for([visit.pk], reason=_("the visit was moved"))
    return visit


@transaction.atomic
def cancel(*, visit: Visit, reason: str, by: Actor) -> Visit:
    """Cancel a planned visit, with the reason; its pending reminders are withdrawn."""
    reason = demand_reason(reason)
    visit = locked(visit)
    visit.state = next_state(visit.state, VisitEvent.CANCEL, visit.name)
    with record(by=by, reason=reason):
        visit.save()
    withdraw_for([visit.pk], reason=_("the visit was cancelled"))
    return visit
