"""Criteria as they are evaluated, judged and confirmed."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import StrictBool, WithJsonSchema

from api.serializers.documents import Answered, Moment, Reason, Remark, Sent
from assessments.rules.eligibility import Evaluation, Outcome, Overall, Stage
from subjects.models import EligibilityConfirmation, Judgement
from trials.rules.definition import CriterionKind
from trials.rules.text import Text
from trials.rules.written import Day

# Adverse events have an outcome too; in the OpenAPI document each name stands for one thing.
CriterionOutcome = Annotated[Outcome, WithJsonSchema({"type": "string", "enum": list(Outcome)})]


class JudgementSent(Sent):
    """The investigator's answer to a criterion that no rule decides; a changed answer needs a reason.

    For an exclusion criterion, `applies` means that it is present.
    """

    applies: StrictBool
    comment: Remark = ""
    reason: Reason = ""


class JudgementRead(Answered):
    criterion: str
    applies: bool
    comment: str
    judged_by: str

    @classmethod
    def of(cls, judgement: Judgement) -> Self:
        return cls(
            criterion=judgement.criterion,
            applies=judgement.applies,
            comment=judgement.comment,
            judged_by=judgement.judged_by,
        )


class CriterionRead(Answered):
    """One criterion: its outcome, the values it rests on, and what is missing to decide it."""

    criterion: str
    kind: CriterionKind
    short: Text
    outcome: CriterionOutcome
    passes: bool | None
    rule: str | None
    inputs: dict[str, Any]
    missing: list[str]
    judged_by: str | None
    comment: str


class EligibilityRead(Answered):
    """Every criterion as it stands, or (with `at`) as it stood."""

    subject: str
    stage: Stage
    at: Moment | None
    overall: Overall
    criteria: list[CriterionRead]

    @classmethod
    def of(cls, subject: str, evaluation: Evaluation, at: Any) -> Self:
        return cls(
            subject=subject,
            stage=evaluation.stage,
            at=at,
            overall=evaluation.overall,
            criteria=[
                CriterionRead(short=result.criterion.short, **result.as_json())
                for result in evaluation.results
            ],
        )


class ConfirmationSent(Sent):
    """The investigator's decision at a stage; "not eligible" needs a comment."""

    stage: Stage
    eligible: StrictBool
    on: Day | None = None
    comment: Remark = ""


class ConfirmationRead(Answered):
    """A decision with the evaluation on which it rests, as it stood."""

    stage: Stage
    eligible: bool
    confirmed_on: date
    confirmed_by: str
    comment: str
    version: str
    digest: str
    evaluation: dict[str, Any]

    @classmethod
    def of(cls, confirmation: EligibilityConfirmation) -> Self:
        return cls(
            stage=Stage(confirmation.stage),
            eligible=confirmation.eligible,
            confirmed_on=confirmation.confirmed_on,
            confirmed_by=confirmation.confirmed_by,
            comment=confirmation.comment,
            version=confirmation.version.version,
            digest=confirmation.digest,
            evaluation=confirmation.evaluation,
        )
