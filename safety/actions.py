"""The acts on adverse events: record, correct, code; also after the subject has left the trial."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from audit.recording import record
from audit.rules import Actor, Fault, InvalidValues, StaleRevision
from audit.rules import gettext_noop as _
from notifications.actions import plan
from notifications.rules.kinds import Announcement, NoticeKind
from safety.models import AdverseEvent
from safety.rules.edit_checks import edit_checks
from safety.rules.values import AdverseEventValues, Coding
from safety.selectors import locked
from subjects.models import Subject
from subjects.selectors import demand_consent
from subjects.selectors import locked as locked_subject
from trials.rules.roles import TOLD_OF_SERIOUS_EVENTS
from trials.selectors import people_at
from visits.models import Visit
from visits.selectors import is_infusion_visit


@transaction.atomic
def record_adverse_event(
    *, subject: Subject, values: AdverseEventValues, today: date, now: datetime, by: Actor
) -> AdverseEvent:
    """Record a new adverse event under the subject's next number; a serious one is told at once.

    Raises `RuleViolation` (consent-missing), `InvalidValues` (see `edit_checks`;
    not-an-infusion-visit).
    """
    subject = locked_subject(subject)
    visit = _demand_sound(subject, values, today, now)
    last = subject.adverse_events.aggregate(last=Max("number"))["last"] or 0
    event = AdverseEvent(
        subject=subject,
        version=subject.version,
        number=last + 1,
        ctcae_version=subject.version.definition.settings.ctcae_version,
    )
    _fill(event, values, visit)
    with record(by=by):
        event.save()
    _tell_if_serious(event, today, now)
    return event


@transaction.atomic
def correct_adverse_event(
    *,
    event: AdverseEvent,
    values: AdverseEventValues,
    expected_revision: int,
    reason: str,
    today: date,
    now: datetime,
    by: Actor,
) -> AdverseEvent:
    """Replace what is recorded of an event by `values`, as read at `expected_revision`.

    The same values again change nothing and leave no history. A changed term loses its MedDRA
    coding. An event that becomes serious is told at once, each event once.
    Raises `StaleRevision`, `RuleViolation` (consent-missing), `InvalidValues` (see `edit_checks`;
    not-an-infusion-visit; reason-required).
    """
    subject = locked_subject(event.subject)
    event = locked(event)
    event.subject = subject
    _demand_revision(event, expected_revision)
    visit = _demand_sound(subject, values, today, now)
    if event.term != values.term:
        _set_coding(event, dict.fromkeys(Coding.model_fields, ""))
    _fill(event, values, visit)
    _save_changes(event, reason=reason, by=by)
    _tell_if_serious(event, today, now)
    return event


@transaction.atomic
def code_adverse_event(*, event: AdverseEvent, coding: Coding, reason: str = "", by: Actor) -> AdverseEvent:
    """Code an event in MedDRA; coding it differently needs a reason (`InvalidValues`, reason-required)."""
    subject = locked_subject(event.subject)
    event = locked(event)
    event.subject = subject
    _set_coding(event, coding.model_dump())
    _save_changes(event, reason=reason, by=by)
    return event


def _demand_sound(subject: Subject, values: AdverseEventValues, today: date, now: datetime) -> Visit | None:
    """Refuse every fault at once; the infusion visit that the event is related to, if any."""
    consent = demand_consent(subject)
    site_clock = now.astimezone(ZoneInfo(subject.trial.time_zone))
    faults = edit_checks(values, consent_date=consent.signed_on, today=today, now=site_clock)
    visit = _infusion_visit(subject, values.infusion_visit)
    if values.infusion_visit and visit is None:
        faults.append(
            Fault(
                "/infusion_visit",
                "not-an-infusion-visit",
                _("Subject {subject} has no infusion visit of that name."),
                {"subject": subject.code},
            )
        )
    if faults:
        raise InvalidValues(faults)
    return visit


def _infusion_visit(subject: Subject, name: str | None) -> Visit | None:
    visit = subject.visits.select_related("version").filter(name=name).first() if name else None
    return visit if visit and is_infusion_visit(visit) else None


def _demand_revision(event: AdverseEvent, expected: int) -> None:
    if event.revision != expected:
        last = event.history.first()
        raise StaleRevision(
            revision=event.revision,
            changed_by=last.history_username,
            changed_at=last.history_date.isoformat(timespec="seconds"),
        )


def _fill(event: AdverseEvent, values: AdverseEventValues, visit: Visit | None) -> None:
    """A column of text has no null: there, blank is what is not answered."""
    columns: dict[str, Any] = {name: getattr(values, name) for name in type(values).model_fields}
    for name, value in (columns | {"infusion_visit": visit}).items():
        nullable = AdverseEvent._meta.get_field(name).null
        setattr(event, name, "" if value is None and not nullable else value)


def _set_coding(event: AdverseEvent, coding: dict[str, str]) -> None:
    for name, term in coding.items():
        setattr(event, name, term)


def _save_changes(event: AdverseEvent, *, reason: str, by: Actor) -> None:
    if event.changed_fields():
        event.revision += 1
        with record(by=by, reason=reason):
            event.save()


def cause_of(event: AdverseEvent) -> str:
    """The name under which the ledger keeps the notices about an event."""
    return f"adverse-event:{event.pk}"


def _tell_if_serious(event: AdverseEvent, today: date, now: datetime) -> None:
    """In the act's own transaction: it is never stored without its notices (ICH E6(R3) 2.7.2)."""
    if event.is_sae:
        told = people_at(event.subject.site, TOLD_OF_SERIOUS_EVENTS, today)
        plan(notices=[_announcement(event, person.pk) for person in told], now=now)


def _announcement(event: AdverseEvent, recipient_id: int) -> Announcement:
    trial, subject = event.subject.trial, event.subject.code
    return Announcement(
        kind=NoticeKind.SERIOUS_ADVERSE_EVENT,
        cause=cause_of(event),
        stage="recorded",
        occasion=str(event.number),
        recipient_id=recipient_id,
        params={
            "trial": trial.code,
            "subject": subject,
            "path": f"/trials/{trial.code}/subjects/{subject}/adverse-events/{event.number}/",
        },
        rehearsal=trial.is_rehearsal,
    )
