"""A visit took place on a date, or did not take place."""

from datetime import date

from django.db import transaction

from audit.recording import record
from audit.rules import Actor, RuleViolation, demand_reason, invalid
from audit.rules import gettext_noop as _
from subjects.models import Subject
from subjects.rules.dates import demand_not_before, demand_not_future
from subjects.rules.lifecycle import IN_TRIAL, SubjectState, demand_in_trial
from subjects.selectors import demand_consent
from subjects.selectors import locked as locked_subject
from trials.rules.events import ON_DEMAND, EventKind
from visits.actions.deviations import settle_missed, settle_window
from visits.actions.reminders import withdraw_for
from visits.actions.screening import BEFORE_ENROLMENT
from visits.models import Infusion, Visit
from visits.rules.lifecycle import VisitEvent, next_state
from visits.selectors import event_of, locked
from visits.signals import visit_redated


@transaction.atomic
def attend(*, visit: Visit, on: date, reason: str = "", today: date, by: Actor) -> Visit:
    """Record that a visit took place on a date; a corrected date needs a reason.

    Nothing happens before consent; nothing of the treatment before enrolment; nothing after the subject left,
    but an early termination or unscheduled visit. A date outside the window raises a deviation.
    Raises `InvalidValues` (future-date, too-early, reason-required), `RuleViolation` (consent-missing,
    not-enrolled, subject-left, infusion-recorded, illegal-transition).
    """
    subject = locked_subject(visit.subject)
    visit = locked(visit)
    visit.subject = subject
    kind = event_of(visit).kind
    demand_not_future(on, today=today, pointer="/on")
    demand_not_before(
        on, earliest=demand_consent(subject).signed_on, what=_("date of consent"), pointer="/on"
    )
    _demand_still_here(subject, kind, on)
    _demand_enrolled(subject, kind, on)
    if visit.actual_date not in (None, on) and Infusion.objects.filter(visit=visit).exists():
        raise RuleViolation(
            "infusion-recorded",
            _("An infusion is recorded at {visit}: correct its times, and the visit's date follows."),
            visit=visit.name,
        )
    return take_place(visit=visit, on=on, reason=reason, by=by)


@transaction.atomic
def take_place(*, visit: Visit, on: date, reason: str, by: Actor) -> Visit:
    """Write the actual date and let deviations and reminders follow. For acts that have made their checks."""
    visit.state = next_state(visit.state, VisitEvent.ATTEND, visit.name)
    redated = visit.actual_date not in (None, on)
    visit.actual_date, visit.absence_reason = on, ""
    with record(by=by, reason=reason):
        visit.save()
    if redated:
        visit_redated.send(sender=Visit, visit=visit, by=by)
    settle_missed(visit=visit, by=by)
    settle_window(visit=visit, by=by)
    withdraw_for([visit.pk], reason=_("the visit took place"))
    return visit


@transaction.atomic
def record_absence(*, visit: Visit, reason: str, today: date, by: Actor) -> Visit:
    """Record that a visit was missed, and why. Raises a deviation.

    Raises `InvalidValues` (reason-required), `RuleViolation` (window-not-open, subject-left,
    illegal-transition).
    """
    reason = demand_reason(reason)
    subject = locked_subject(visit.subject)
    demand_in_trial(subject.state, subject.code)
    visit = locked(visit)
    visit.subject = subject
    visit.state = next_state(visit.state, VisitEvent.MISS, visit.name)
    if visit.opens_on is None or today < visit.opens_on:
        raise RuleViolation(
            "window-not-open",
            _("The window of {visit} has not opened yet: it can't have been missed."),
            visit=visit.name,
        )
    visit.absence_reason = reason
    with record(by=by, reason=reason):
        visit.save()
    settle_missed(visit=visit, by=by)
    withdraw_for([visit.pk], reason=_("the visit was missed"))
    return visit


def _demand_still_here(subject: Subject, kind: EventKind, on: date) -> None:
    if SubjectState(subject.state) in IN_TRIAL or subject.left_on is None or on <= subject.left_on:
        return
    if kind in ON_DEMAND and subject.state != SubjectState.DIED:
        return
    demand_in_trial(subject.state, subject.code)


def _demand_enrolled(subject: Subject, kind: EventKind, on: date) -> None:
    if kind in BEFORE_ENROLMENT or kind in ON_DEMAND:
        return
    if subject.enrolled_on is None:
        raise RuleViolation(
            "not-enrolled",
            _("Subject {subject} is not enrolled; enrol first."),
            subject=subject.code,
        )
    if on < subject.enrolled_on:
        raise invalid(
            "/on",
            "too-early",
            _("{day} is before {earliest} ({what})."),
            day=on.isoformat(),
            earliest=subject.enrolled_on.isoformat(),
            what=_("date of enrolment"),
        )
