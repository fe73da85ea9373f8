"""Plays a script in a rehearsal trial, day by day, through the actions that people use."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import singledispatchmethod
from zoneinfo import ZoneInfo

from django.db import transaction

from assessments.actions.capture import capture
from assessments.actions.eligibility import confirm, enrol_subject, judge
from assessments.selectors import assessment_of
from audit.rules import Actor, Channel, RuleViolation
from audit.rules import gettext_noop as _
from safety.actions import correct_adverse_event, record_adverse_event
from safety.models import AdverseEvent
from subjects.actions import record_consent
from subjects.models import Subject
from subjects.rules.dates import demand_not_future
from trials.models import Site, Trial
from trials.rules.kinds import demand_rehearsal
from trials.rules.roles import Role
from trials.selectors import current_version, today_at
from visits.actions.attendance import attend, record_absence
from visits.actions.disposition import end_participation
from visits.actions.infusion import record_infusion
from visits.actions.schedule import add_visit
from visits.actions.screening import screen_subject
from visits.selectors import visit_of
from workbench.rehearsal import acts
from workbench.rehearsal.profile import Profile
from workbench.rehearsal.script import Script, write_script

EVENING = time(20, 0)  # what happened on a day is recorded by then
SIGNED_AT = time(8, 15)

# Simulated people have no account: nothing that a simulation does is attributed to a real person.
COORDINATOR = Actor(None, "rehearsal.coordinator", Role.COORDINATOR, Channel.COMMAND)
INVESTIGATOR = Actor(None, "rehearsal.investigator", Role.INVESTIGATOR, Channel.COMMAND)

OnDay = Callable[[int, int], None]


@transaction.atomic
def rehearse(
    *,
    trial: Trial,
    profile: Profile,
    seed: int,
    subjects: int,
    weeks: int,
    until: date,
    now: datetime,
    on_day: OnDay = lambda done, days: None,
) -> Script:
    """Fill an empty rehearsal trial with `subjects` simulated subjects, over `weeks` weeks before `until`.

    All or nothing: a rehearsal that is broken off leaves no trace. `on_day` is told how many days are done,
    of how many. History keeps the instants at which it was really written.
    Raises `RuleViolation` (not-a-rehearsal, rehearsed-already, and what the acts refuse), `InvalidValues`
    (future-date), `Unplayable`.
    """
    demand_rehearsal(trial.kind, trial.code)
    demand_not_future(until, today=today_at(trial, now), pointer="/until")
    trial = Trial.objects.select_for_update().get(pk=trial.pk)
    if trial.subjects.exists():
        raise RuleViolation(
            "rehearsed-already",
            _("{trial} has subjects already: a rehearsal begins with none."),
            trial=trial.code,
        )
    script = write_script(
        current_version(trial).definition,
        profile,
        seed=seed,
        subjects=subjects,
        weeks=weeks,
        until=until,
    )
    play(script, trial, on_day)
    return script


def play(script: Script, trial: Trial, on_day: OnDay) -> None:
    """Play every day of the script."""
    theatre = Theatre(trial, list(trial.sites.order_by("number")), ZoneInfo(trial.time_zone))
    days = script.days()
    for done, (_day, todays) in enumerate(days, start=1):
        for act in todays:
            theatre.perform(act)
        on_day(done, len(days))


@dataclass
class Theatre:
    """Where the script is played: what of the trial its acts have made so far."""

    trial: Trial
    sites: list[Site]
    zone: ZoneInfo
    subjects: dict[int, Subject] = field(default_factory=dict)
    events: dict[tuple[int, int], AdverseEvent] = field(default_factory=dict)

    def at(self, day: date, clock: time = EVENING) -> datetime:
        """A time of day at the site."""
        return datetime.combine(day, clock, self.zone)

    @singledispatchmethod
    def perform(self, act: acts.Act) -> None:
        """Let simulated staff do it, through the action that people use."""
        raise NotImplementedError(type(act))

    @perform.register
    def _(self, act: acts.Screen) -> None:
        site = self.sites[act.subject % len(self.sites)]
        self.subjects[act.subject] = screen_subject(
            trial=self.trial, site=site, screened_on=act.on, today=act.on, by=COORDINATOR
        )

    @perform.register
    def _(self, act: acts.Consent) -> None:
        record_consent(
            subject=self.subjects[act.subject],
            icf_version=act.icf_version,
            signed_at=self.at(act.on, SIGNED_AT),
            obtained_by=act.obtained_by,
            now=self.at(act.on),
            by=COORDINATOR,
        )

    @perform.register
    def _(self, act: acts.Judge) -> None:
        judge(
            subject=self.subjects[act.subject],
            criterion=act.criterion,
            applies=act.applies,
            comment=act.comment,
            by=INVESTIGATOR,
        )

    @perform.register
    def _(self, act: acts.Confirm) -> None:
        confirm(
            subject=self.subjects[act.subject],
            stage=act.stage,
            eligible=act.eligible,
            comment=act.comment,
            today=act.on,
            by=INVESTIGATOR,
        )

    @perform.register
    def _(self, act: acts.Enrol) -> None:
        enrol_subject(
            subject=self.subjects[act.subject],
            enrolled_on=act.on,
            day1=act.day1,
            today=act.on,
            by=COORDINATOR,
        )

    @perform.register
    def _(self, act: acts.AddVisit) -> None:
        add_visit(subject=self.subjects[act.subject], event=act.event, on=act.on, by=COORDINATOR)

    @perform.register
    def _(self, act: acts.Attend) -> None:
        visit = visit_of(self.subjects[act.subject], act.visit)
        attend(visit=visit, on=act.on, today=act.on, by=COORDINATOR)

    @perform.register
    def _(self, act: acts.Miss) -> None:
        visit = visit_of(self.subjects[act.subject], act.visit)
        record_absence(visit=visit, reason=act.reason, today=act.on, by=COORDINATOR)

    @perform.register
    def _(self, act: acts.Capture) -> None:
        subject = self.subjects[act.subject]
        visit = visit_of(subject, act.visit) if act.visit else None
        stored = assessment_of(subject, act.form, visit, act.repeat or 1) if act.reason else None
        capture(
            subject=subject,
            form=act.form,
            visit=visit,
            repeat=act.repeat,
            values=act.values,
            overrides=act.overrides,
            complete=act.complete,
            expected_revision=stored.revision if stored else None,
            reason=act.reason,
            today=act.on,
            by=COORDINATOR,
        )

    @perform.register
    def _(self, act: acts.Infuse) -> None:
        visit = visit_of(self.subjects[act.subject], act.visit)
        record_infusion(
            visit=visit,
            values=act.values,
            expected_revision=visit.infusion.revision if act.reason else None,
            reason=act.reason,
            now=self.at(act.on),
            by=COORDINATOR,
        )

    @perform.register
    def _(self, act: acts.Report) -> None:
        key, now = (act.subject, act.number), self.at(act.on)
        if key not in self.events:
            subject = self.subjects[act.subject]
            self.events[key] = record_adverse_event(
                subject=subject, values=act.values, today=act.on, now=now, by=COORDINATOR
            )
            return
        self.events[key] = correct_adverse_event(
            event=self.events[key],
            values=act.values,
            expected_revision=self.events[key].revision,
            reason=act.reason,
            today=act.on,
            now=now,
            by=INVESTIGATOR,
        )

    @perform.register
    def _(self, act: acts.Leave) -> None:
        end_participation(
            subject=self.subjects[act.subject],
            event=act.event,
            on=act.on,
            reason=act.reason,
            today=act.on,
            by=INVESTIGATOR,
        )
