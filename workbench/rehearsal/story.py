"""The story of one simulated subject, told act by act; later forms see what earlier ones captured."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from assessments.rules.eligibility import Evaluation, Judged, Stage, evaluate
from trials.rules.definition import CriterionKind, ProtocolDefinition
from trials.rules.events import PlannedEvent
from trials.rules.expressions import qualified_names
from trials.rules.scopes import form_expressions
from visits.rules.infusion import InfusionValues, Interruption
from workbench.rehearsal.acts import Act, Attend, Capture, Confirm, Consent, Infuse, Judge, Screen
from workbench.rehearsal.casting import Incident
from workbench.rehearsal.person import Moment, Person
from workbench.rehearsal.profile import Profile, Row
from workbench.rehearsal.sheets import Place, Sheet, fill, left_open, miscopied, not_done, unexpected

# How many of a hundred forms captured under treatment show it; a form of the last days is often still open.
FLAWS = {left_open: 1, not_done: 4, unexpected: 5, miscopied: 4}
FRESH_DAYS = 5
OPEN_WHILE_FRESH = 25
OVERRIDDEN = 0.5
INFUSION_BEGINS = time(10, 0)


@dataclass
class Story:
    """One subject; `acts` in the order in which they were told, `known` as expressions see it."""

    definition: ProtocolDefinition
    profile: Profile
    number: int
    person: Person
    until: date
    day1: date | None = None
    acts: list[Act] = field(default_factory=list)
    known: dict[str, Any] = field(default_factory=dict)
    judged: dict[str, Judged] = field(default_factory=dict)

    @property
    def rng(self) -> Random:
        return self.person.rng

    def tell(self, kind: type[Act], on: date, **facts: Any) -> None:
        """One more act."""
        self.acts.append(kind(on=on, subject=self.number, **facts))

    def word(self, occasion: str) -> str:
        """What staff write as the reason on such an occasion."""
        return self.rng.choice(self.profile.words[occasion])

    def screening_begins(self, on: date) -> None:
        """Screened, consented, and the logs begun."""
        consents = self.definition.consent_versions
        self.tell(Screen, on)
        self.tell(
            Consent, on, icf_version=consents[-1].version, obtained_by=self.rng.choice(self.profile.staff)
        )
        self.known |= {"anchor.screening": on, "anchor.consent": on, "consent.approved": True}
        self.known |= {f"log.{form.oid}": [] for form in self.definition.logs()}
        for log, begun in self.profile.logs.items():
            spare = list(begun.rows[begun.always :])
            more = self.rng.sample(spare, self.rng.randint(0, len(spare)))
            for row in [*begun.rows[: begun.always], *more]:
                self.add_row(log, row, on)

    def add_row(self, log: str, row: Row, on: date) -> None:
        """The next row of a log."""
        sheet = self._sheet(log, None, on, row)
        self._capture(sheet, None, on, repeat=None)
        self.known.setdefault(f"log.{log}", []).append(sheet.known)

    def visit_happens(self, visit: str, event: PlannedEvent, on: date, *, flawed: bool = False) -> None:
        """Attended, and its forms filled in; `flawed` where things may go as they do at a site."""
        self.tell(Attend, on, visit=visit)
        for ref in event.form_refs:
            kinds = self.profile.repeats.get(ref.form, {})
            for repeat, row in enumerate(kinds.get(event.kind, kinds.get("other", ({},))), start=1):
                sheet = self._sheet(ref.form, visit, on, row)
                if repeat == 1:
                    self.known |= {f"{visit}.{ref.form}.{oid}": v for oid, v in sheet.known.items()}
                if flawed:
                    self._capture_as_at_a_site(sheet, visit, on, repeat)
                else:
                    self._capture(sheet, visit, on, repeat=repeat)

    def _sheet(self, form: str, visit: str | None, on: date, row: Row) -> Sheet:
        declared = self.definition.form(form)
        if declared is None:
            raise LookupError(form)
        names = {name for text in form_expressions(declared) for name in qualified_names(text)}
        elsewhere = {name: self.known[name] for name in names if name in self.known}
        place = Place(self.definition, declared, elsewhere, on if visit else None, on)
        return fill(place, self.profile.items, row, self.person, Moment(on, self.day1))

    def _capture(
        self, sheet: Sheet, visit: str | None, on: date, *, repeat: int | None, reason: str = ""
    ) -> None:
        findings = {finding.check for finding in sheet.judged.findings}
        overridden = [check for check in sorted(findings) if self.rng.random() < OVERRIDDEN]
        self.tell(
            Capture,
            on,
            form=sheet.place.form.oid,
            visit=visit,
            repeat=repeat,
            values=sheet.values,
            complete=sheet.is_complete,
            overrides={check: self.word("override") for check in overridden},
            reason=reason,
        )

    def _capture_as_at_a_site(self, sheet: Sheet, visit: str, on: date, repeat: int) -> None:
        flaw = self._flaw(on)
        version = flaw(sheet, self.rng) if flaw else None
        self._capture(version or sheet, visit, on, repeat=repeat)
        if version and flaw is miscopied:
            later = on + timedelta(days=self.rng.randint(1, FRESH_DAYS))
            self._capture(sheet, visit, later, repeat=repeat, reason=self.word("correction"))
        elif version and repeat == 1:
            prefix = f"{visit}.{sheet.place.form.oid}."
            self.known = {k: v for k, v in self.known.items() if not k.startswith(prefix)}
            self.known |= {prefix + oid: value for oid, value in version.known.items()}

    def _flaw(self, on: date) -> Callable[[Sheet, Random], Sheet | None] | None:
        fresh = (self.until - on).days <= FRESH_DAYS
        weights = FLAWS | ({left_open: OPEN_WHILE_FRESH} if fresh else {})
        return self.rng.choices([*weights, None], [*weights.values(), 100 - sum(weights.values())])[0]

    def is_infused(self, visit: str, on: date, incident: Incident | None) -> None:
        """The infusion record: interrupted, in part, or miscopied and corrected, as the incident has it."""
        values = self._infusion(on, incident)
        if incident is Incident.MISCOPIED:
            wrong = values.model_copy(update={"lot": values.lot[:-1]})
            self.tell(Infuse, on, visit=visit, values=wrong)
            later = on + timedelta(days=self.rng.randint(1, FRESH_DAYS))
            self.tell(Infuse, later, visit=visit, values=values, reason=self.word("correction"))
        else:
            self.tell(Infuse, on, visit=visit, values=values)

    def _infusion(self, on: date, incident: Incident | None) -> InfusionValues:
        dose, zone = self.profile.infusion, ZoneInfo(self.definition.time_zone)
        begin = datetime.combine(on, INFUSION_BEGINS, zone) + timedelta(minutes=self.rng.randrange(45))
        end = begin + timedelta(minutes=self.rng.randint(*dose.minutes))
        paused = begin + (end - begin) / 3
        pause = Interruption(
            stopped_at=paused,
            resumed_at=paused + (end - begin) / 4,
            reason=self.word("interruption"),
        )
        part = incident is Incident.PARTIAL
        return InfusionValues(
            lot=f"REHEARSAL-{on:%Y-%m}",
            dose=dose.dose,
            dose_unit=dose.unit,
            started_at=begin,
            stopped_at=end,
            premedication=dose.premedication,
            interruptions=(pause,) if incident is Incident.INTERRUPTED else (),
            percent_given=self.rng.randrange(50, 95, 5) if part else 100,
            reason_not_whole=self.word("part of a dose") if part else "",
        )

    def criteria_are_judged(self, on: date, *, against: str = "", comment: str = "") -> None:
        """The investigator answers what no rule decides, for the subject or `against` by one criterion."""
        for criterion in self.definition.criteria:
            if criterion.is_judgement:
                included = criterion.kind is CriterionKind.INCLUSION
                applies = included if criterion.oid != against else not included
                said = comment if criterion.oid == against else ""
                self.judged[criterion.oid] = Judged(applies, "", said)
                self.tell(Judge, on, criterion=criterion.oid, applies=applies, comment=said)

    def evaluation(self, stage: Stage, on: date) -> Evaluation:
        """Every criterion as the system will evaluate it on that day."""
        anchored = {**self.known, "anchor.enrolment": on}
        return evaluate(self.definition, stage, known=anchored, judgements=self.judged)

    def is_confirmed(self, stage: Stage, on: date, *, eligible: bool, comment: str = "") -> None:
        """The investigator's decision."""
        self.tell(Confirm, on, stage=stage, eligible=eligible, comment=comment)
