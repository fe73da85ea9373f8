"""Evaluates every eligibility criterion in three values, with what each answer rests on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from trials.rules.definition import Criterion, CriterionKind, ProtocolDefinition
from trials.rules.expressions import Flag, compile_expression
from trials.rules.partial_dates import PartialDate
from trials.rules.scopes import criterion_scope


class Stage(StrEnum):
    """Evaluated twice: provisionally at screening, finally at enrolment."""

    SCREENING = "screening"
    ENROLMENT = "enrolment"


class Outcome(StrEnum):
    """Inclusion criteria are met or not; exclusion criteria are present or absent."""

    MET = "met"
    NOT_MET = "not_met"
    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class Overall(StrEnum):
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    PENDING = "pending"


_OUTCOMES = {
    (CriterionKind.INCLUSION, True): Outcome.MET,
    (CriterionKind.INCLUSION, False): Outcome.NOT_MET,
    (CriterionKind.EXCLUSION, True): Outcome.PRESENT,
    (CriterionKind.EXCLUSION, False): Outcome.ABSENT,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """An investigator's answer to a criterion that no rule decides."""

    applies: bool
    by: str
    comment: str


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One criterion's outcome, the values it rests on, and what is missing to decide it."""

    criterion: Criterion
    outcome: Outcome
    rule: str | None
    inputs: dict[str, Any]
    missing: tuple[str, ...]
    judged: Judged | None

    @property
    def passes(self) -> bool | None:
        """Whether the subject passes this criterion; None while it is unknown."""
        if self.outcome is Outcome.UNKNOWN:
            return None
        return self.outcome in (Outcome.MET, Outcome.ABSENT)

    def as_json(self) -> dict[str, Any]:
        return {
            "criterion": self.criterion.oid,
            "kind": self.criterion.kind.value,
            "outcome": self.outcome.value,
            "passes": self.passes,
            "rule": self.rule,
            "inputs": {name: _plain(value) for name, value in self.inputs.items()},
            "missing": list(self.missing),
            "judged_by": self.judged.by if self.judged else None,
            "comment": self.judged.comment if self.judged else "",
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All criteria of one subject at one stage."""

    stage: Stage
    results: tuple[CriterionResult, ...]

    @property
    def overall(self) -> Overall:
        """Worst wins: failed over unknown over passed."""
        passes = [result.passes for result in self.results]
        if False in passes:
            return Overall.INELIGIBLE
        return Overall.PENDING if None in passes else Overall.ELIGIBLE

    def as_json(self) -> dict[str, Any]:
        return {
            "stage": self.stage.value,
            "overall": self.overall.value,
            "criteria": [result.as_json() for result in self.results],
        }


def evaluate(
    definition: ProtocolDefinition,
    stage: Stage,
    *,
    known: Mapping[str, Any],
    judgements: Mapping[str, Judged],
) -> Evaluation:
    """Evaluate every criterion from what is known: anchors, consent, `VISIT.FORM.ITEM` values, logs."""
    return Evaluation(
        stage,
        tuple(_decide(definition, c, stage, known, judgements.get(c.oid)) for c in definition.criteria),
    )


def _decide(
    definition: ProtocolDefinition,
    criterion: Criterion,
    stage: Stage,
    known: Mapping[str, Any],
    judged: Judged | None,
) -> CriterionResult:
    rule = criterion.final_rule if stage is Stage.ENROLMENT and criterion.final_rule else criterion.rule
    if rule is None:
        outcome = _OUTCOMES[criterion.kind, judged.applies] if judged else Outcome.UNKNOWN
        return CriterionResult(criterion, outcome, None, {}, (), judged)
    scope = criterion_scope(definition, criterion)
    names = [name for name in scope if _mentions(rule, name)]
    answer = compile_expression(rule, scope, kind=Flag).evaluate(
        {name: value for name, value in known.items() if name in scope}
    )
    outcome = Outcome.UNKNOWN if answer is None else _OUTCOMES[criterion.kind, answer]
    return CriterionResult(
        criterion,
        outcome,
        rule,
        {name: known[name] for name in names if name in known},
        tuple(name for name in names if name not in known),
        None,
    )


def _mentions(rule: str, name: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(name)}(?![\w])", rule) is not None


def _plain(value: Any) -> Any:
    if isinstance(value, PartialDate):
        return value.earliest.isoformat() if value.is_whole else f"{value.earliest}…{value.latest}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value
