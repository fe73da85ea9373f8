"""The infusion record. The first infusion fixes Day 1, and the schedule follows it."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit.recording import record
from audit.rules import (
    Actor,
    Fault,
    InvalidValues,
    RuleViolation,
    StaleRevision,
    UnknownObject,
    demand_reason,
)
from audit.rules import gettext_noop as _
from subjects.models import Subject
from subjects.rules.lifecycle import SubjectState
from subjects.selectors import locked as locked_subject
from trials.rules.events import EventKind
from trials.selectors import today_at
from visits.actions.attendance import take_place
from visits.actions.deviations import settle_gaps
from visits.actions.schedule import plan_from_day1
from visits.models import Infusion, Visit
from visits.rules.infusion import InfusionValues, infusion_faults
from visits.rules.lifecycle import VisitState
from visits.selectors import event_of, infusion_dates, locked


@transaction.atomic
def record_infusion(
    *,
    visit: Visit,
    values: InfusionValues,
    expected_revision: int | None,
    reason: str = "",
    now: datetime,
    by: Actor,
) -> Infusion:
    """Record the infusion of a visit (`expected_revision` None) or correct it (the revision that was read).

    Nothing is infused before consent, confirmed eligibility and enrolment. A corrected start date moves the
    visit's date with it. The same values again change nothing, whichever revision was read. Two infusions
    closer together than the protocol's minimum raise a deviation.
    Raises `UnknownObject`, `RuleViolation` (no-infusion-here, not-enrolled, visit-not-attended,
    infusion-exists), `StaleRevision`, `InvalidValues` (see `infusion_faults`; future-date; too-early;
    reason-required).
    """
    subject = locked_subject(visit.subject)
    visit = locked(visit)
    visit.subject = subject
    _demand_infusable(subject, visit)
    found = Infusion.objects.select_for_update().filter(visit=visit).first()
    infusion = found or Infusion(visit=visit, subject=subject)
    for name, value in _columns(values).items():
        setattr(infusion, name, value)
    if found and not found.changed_fields():
        return found
    _demand_revision(found, expected_revision)
    started_on = today_at(subject.trial, values.started_at)
    _demand_sound(values, started_on, subject, None if found else visit.actual_date, now)
    if found:
        reason = demand_reason(reason)
        infusion.revision += 1
    with record(by=by, reason=reason):
        infusion.save()
    if started_on != visit.actual_date:
        take_place(visit=visit, on=started_on, reason=reason, by=by)
    _follow_day1(subject, by)
    settle_gaps(subject=subject, by=by)
    return infusion


def _demand_sound(
    values: InfusionValues, started_on: date, subject: Subject, visit_date: date | None, now: datetime
) -> None:
    faults = infusion_faults(values, started_on=started_on, visit_date=visit_date)
    if subject.enrolled_on and started_on < subject.enrolled_on:
        faults.append(
            Fault(
                "/started_at",
                "too-early",
                _("{day} is before {earliest} ({what})."),
                {
                    "day": started_on.isoformat(),
                    "earliest": subject.enrolled_on.isoformat(),
                    "what": _("date of enrolment"),
                },
            )
        )
    if values.stopped_at > now:
        faults.append(Fault("/stopped_at", "future-date", _("This time lies in the future.")))
    if faults:
        raise InvalidValues(faults)


def _columns(values: InfusionValues) -> dict[str, Any]:
    columns = values.model_dump()
    columns["interruptions"] = values.model_dump(mode="json")["interruptions"]
    return columns


def _demand_infusable(subject: Subject, visit: Visit) -> None:
    if event_of(visit).kind is not EventKind.INFUSION:
        raise RuleViolation(
            "no-infusion-here",
            _("The protocol has no infusion at visit {visit}."),
            visit=visit.name,
        )
    if subject.enrolled_on is None or subject.state == SubjectState.SCREENING:
        raise RuleViolation(
            "not-enrolled",
            _("Subject {subject} is not enrolled; enrol first."),
            subject=subject.code,
        )
    if visit.state != VisitState.ATTENDED:
        raise RuleViolation(
            "visit-not-attended",
            _("Record first on which date visit {visit} took place."),
            visit=visit.name,
        )


def _demand_revision(found: Infusion | None, expected: int | None) -> None:
    if (found.revision if found else None) == expected:
        return
    if found is None:
        raise UnknownObject()
    if expected is None:
        raise RuleViolation("infusion-exists", _("The infusion of this visit is recorded already."))
    last = found.history.first()
    raise StaleRevision(
        revision=found.revision,
        changed_by=last.history_username,
        changed_at=last.history_date.isoformat(timespec="seconds"),
    )


def _follow_day1(subject: Subject, by: Actor) -> None:
    """Day 1 is the date of the first infusion (CDISC study day); the plan is laid anew when it differs."""
    day1 = infusion_dates(subject)[0][1]
    if subject.day1 != day1 or not subject.visits.filter(opens_on__isnull=False).exists():
        plan_from_day1(
            subject=subject,
            day1=day1,
            reason=f"Day 1 is {day1.isoformat()} (first infusion)",
            by=by,
        )
