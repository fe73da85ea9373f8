"""What the clock does about visits: plan reminders, take them back, flag what nobody attended."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from audit.rules import Channel, system_actor
from notifications.actions import plan, withdraw
from notifications.rules.kinds import Announcement, NoticeKind
from subjects.actions import raise_deviation
from subjects.models import Deviation
from subjects.rules.deviations import DeviationKind, DeviationState
from subjects.rules.lifecycle import IN_TRIAL
from subjects.selectors import locked
from trials.models import Trial
from trials.rules.roles import REMINDED
from trials.selectors import people_at, today_at
from visits.models import Visit
from visits.rules.lifecycle import VisitState
from visits.rules.reminders import CLOSED_MATTERS_DAYS, ReminderStage, stage


def sweep(*, now: datetime) -> int:
    """Enter the day's reminders in the notice ledger, for every trial; returns how many are new.

    May run at any time, any number of times. Reads only visits whose window is near, in a number of
    statements that grows with trials and sites, not with subjects or visits.
    """
    return sum(_sweep_trial(trial, today_at(trial, now), now) for trial in Trial.objects.all())


@transaction.atomic
def _sweep_trial(trial: Trial, today: date, now: datetime) -> int:
    leads = {version.pk: version.definition.settings.reminder_lead_days for version in trial.versions.all()}
    # Locked until the ledger is written: an act on one of them either comes before and is seen, or
    # comes after and takes the notice back.
    near = (
        _awaited(trial)
        .filter(
            opens_on__lte=today + timedelta(days=max(leads.values(), default=0)),
            closes_on__gte=today - timedelta(days=CLOSED_MATTERS_DAYS),
        )
        .select_for_update(of=("self",), no_key=True)
    )
    due = [
        (visit, due_stage)
        for visit in near
        if visit.window and (due_stage := stage(visit.window, today, leads[visit.version_id]))
    ]
    people = {
        site: list(people_at(site, REMINDED, today)) for site in {visit.subject.site for visit, _ in due}
    }
    return plan(
        notices=[
            _announcement(trial, visit, due_stage, person.pk)
            for visit, due_stage in due
            for person in people[visit.subject.site]
        ],
        now=now,
    )


def _awaited(trial: Trial) -> QuerySet[Visit]:
    """The visits that may still take place, of the subjects who are in the trial."""
    return Visit.objects.filter(
        subject__trial=trial, subject__state__in=IN_TRIAL, state=VisitState.PLANNED
    ).select_related("subject__site")


def _announcement(trial: Trial, visit: Visit, due_stage: ReminderStage, recipient_id: int) -> Announcement:
    subject = visit.subject.code
    return Announcement(
        kind=NoticeKind.VISIT_REMINDER,
        cause=cause_of(visit.pk),
        stage=due_stage,
        occasion=str(visit.planned_date),
        recipient_id=recipient_id,
        params={
            "trial": trial.code,
            "subject": subject,
            "visit": visit.name,
            "opens": str(visit.opens_on),
            "closes": str(visit.closes_on),
            "path": f"/trials/{trial.code}/subjects/{subject}/visits/{visit.name}/",
        },
        rehearsal=trial.is_rehearsal,
    )


def cause_of(visit_id: int) -> str:
    """The name under which the ledger keeps the notices about a visit."""
    return f"visit:{visit_id}"


def withdraw_for(visit_ids: Collection[int], *, reason: str) -> int:
    """Take back the reminders of these visits that are not sent; returns how many.

    Called by the acts that attend, miss, cancel or move a visit, in their transaction. `reason` is
    kept in the ledger with each of them.
    """
    return withdraw(causes=[cause_of(pk) for pk in visit_ids], reason=reason, now=timezone.now())


def flag_overdue(*, now: datetime) -> int:
    """Raise a deviation for each visit whose window closed without attendance or recorded absence.

    Returns how many were raised; a visit flagged before is not read again.
    """
    return sum(
        _flag(visit, today)
        for trial in Trial.objects.all()
        for today in [today_at(trial, now)]
        for visit in _overdue(trial, today)
    )


def _overdue(trial: Trial, today: date) -> QuerySet[Visit]:
    flagged = Deviation.objects.filter(
        subject_id=OuterRef("subject_id"),
        cause=OuterRef("name"),
        kind=DeviationKind.MISSED_VISIT,
        state=DeviationState.OPEN,
    )
    return _awaited(trial).filter(~Exists(flagged), closes_on__lt=today)


@transaction.atomic
def _flag(visit: Visit, today: date) -> bool:
    """State the facts that a recorded absence states too, so that recording it later changes nothing.

    The subject is locked first, as by every act: what is no longer overdue by then is left alone.
    """
    subject = locked(visit.subject)
    overdue = _overdue(subject.trial, today).filter(pk=visit.pk).first()
    if overdue is None or overdue.window is None:
        return False
    raise_deviation(
        subject=subject,
        kind=DeviationKind.MISSED_VISIT,
        cause=overdue.name,
        occurred_on=overdue.window.closes,
        facts={"planned": str(overdue.window.planned), "closes": str(overdue.window.closes)},
        by=system_actor(Channel.TASK),
    )
    return True
