"""The protocol definition: everything a trial says should happen, as one immutable document."""

import hashlib
import json
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from trials.rules.events import EventKind, PlannedEvent, StudyEvent, unfold
from trials.rules.forms import CodeList, Expression, Form, FormKind, Oid
from trials.rules.text import Strict, Text, Words


class CriterionKind(StrEnum):
    INCLUSION = "inclusion"
    EXCLUSION = "exclusion"


class Criterion(Strict):
    """One eligibility criterion. Its rule says whether it applies (for an exclusion: is present).

    Without a rule it is the investigator's judgement. `final_rule` replaces the rule at enrolment.
    """

    oid: Annotated[str, StringConstraints(pattern=r"^(INC|EXC)-\d{2}$")]
    kind: CriterionKind
    short: Text
    text: Text
    rule: Expression | None = None
    final_rule: Expression | None = None
    source: str = ""

    @property
    def is_judgement(self) -> bool:
        return self.rule is None


class ConsentVersion(Strict):
    """A version of the informed consent form in use; the day of its approval where it is known."""

    version: Words
    approved_on: date | None = None


class Measure(Strict):
    """A score followed over the visits: change from baseline (positive = better), responders."""

    oid: Oid
    label: Text
    form: Oid
    item: Oid
    baseline: Oid
    responder_change: int = Field(ge=1, description="points by which the score must fall")
    sustained_days: int = Field(ge=1, description="days over which it must stay so, first to last assessment")
    source: str = ""


class Settings(Strict):
    """Decisions that the registry entry leaves open; defaults until the sponsor decides."""

    minimum_infusion_gap_days: int = Field(ge=1)
    treatment_emergent_days: int = Field(ge=0, description="days after the last infusion (TEAE)")
    reminder_lead_days: int = Field(ge=1)
    ctcae_version: Words


class Decision(Strict):
    """An open question and the default in force: nobody takes an assumption for the protocol."""

    oid: Annotated[str, StringConstraints(pattern=r"^D\d{1,2}$")]
    question: Text
    default: Text


class Registry(Strict):
    """What the public registry entry states."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{2,30}$")]
    org_study_id: Words
    title: Text
    brief_summary: Text
    detailed_description: Text
    sponsor: Text
    sponsor_class: Words
    responsible_party: Words
    contact: Words
    phase: Words
    status: Words
    study_type: Words
    allocation: Words
    intervention_model: Words
    masking: Words
    primary_purpose: Words
    start_date: date
    completion_date: date
    last_updated: date
    conditions: tuple[Text, ...]
    sex: Words
    minimum_age: int
    maximum_age: int
    healthy_volunteers: bool
    eligibility_notes: Text


class Arm(Strict):
    oid: Oid
    label: Text
    type: Words
    description: Text


class Intervention(Strict):
    oid: Oid
    label: Text
    type: Words
    other_names: tuple[Words, ...] = ()
    description: Text
    dose_unit: str = ""


class SiteDeclaration(Strict):
    number: Annotated[str, StringConstraints(pattern=r"^\d{2,3}$")]
    label: Text


class ProtocolDefinition(Strict):
    """The whole protocol. Read from YAML, published as a `ProtocolVersion`, never changed again."""

    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+$")]
    registry: Registry
    enrolment_cap: int = Field(ge=1, le=10_000)
    time_zone: Words
    sites: tuple[SiteDeclaration, ...] = Field(min_length=1)
    arms: tuple[Arm, ...] = Field(min_length=1)
    interventions: tuple[Intervention, ...] = Field(min_length=1)
    consent_versions: tuple[ConsentVersion, ...] = Field(min_length=1)
    settings: Settings
    decisions: tuple[Decision, ...] = ()
    events: tuple[StudyEvent, ...] = Field(min_length=1)
    measures: tuple[Measure, ...] = ()
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    codelists: tuple[CodeList, ...] = ()
    forms: tuple[Form, ...] = Field(min_length=1)

    @cached_property
    def plan(self) -> dict[str, PlannedEvent]:
        """Every visit by its name, in the order of the plan."""
        return {planned.name: planned for event in self.events for planned in unfold(event)}

    @cached_property
    def _forms(self) -> dict[str, Form]:
        return {form.oid: form for form in self.forms}

    @cached_property
    def _codelists(self) -> dict[str, CodeList]:
        return {codelist.oid: codelist for codelist in self.codelists}

    def form(self, oid: str) -> Form | None:
        """The form of that name; None if there is none."""
        return self._forms.get(oid)

    def codelist(self, oid: str) -> CodeList | None:
        """The code list of that name; None if there is none."""
        return self._codelists.get(oid)

    def criterion(self, oid: str) -> Criterion | None:
        """The criterion of that name; None if there is none."""
        return next((criterion for criterion in self.criteria if criterion.oid == oid), None)

    def logs(self) -> tuple[Form, ...]:
        """The forms that belong to the subject rather than to a visit."""
        return tuple(form for form in self.forms if form.kind is FormKind.LOG)

    def event_named(self, visit: str) -> PlannedEvent | None:
        """The planned event behind a visit name; UNS1, UNS2 … all mean the unscheduled event."""
        if visit in self.plan:
            return self.plan[visit]
        stem = visit.rstrip("0123456789")
        planned = self.plan.get(stem)
        return planned if planned and planned.kind is EventKind.UNSCHEDULED else None

    def document(self) -> dict[str, Any]:
        """As JSON values, the form in which it is stored and served."""
        return self.model_dump(mode="json", by_alias=True)


def digest_of(document: dict[str, Any]) -> str:
    """SHA-256 of the document in canonical JSON (sorted keys, no spaces, UTF-8), in hexadecimal."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
