"""Eligibility: every criterion, the investigator's judgements, and the confirmation."""

from rest_framework.response import Response

from api.answers import answered
from api.casebooks import eligibility_at
from api.endpoints import endpoint
from api.guards import SubjectView
from api.pagination import Stored, page
from api.parameters import AT, choice
from api.serializers.documents import Page
from api.serializers.eligibility import (
    ConfirmationRead,
    ConfirmationSent,
    EligibilityRead,
    JudgementRead,
    JudgementSent,
)
from assessments.actions.eligibility import confirm, judge
from assessments.rules.eligibility import Stage
from assessments.selectors import evaluate_eligibility
from audit.rules import UnknownObject
from trials.rules.roles import Permission

NONE_YET = 0
STAGE = choice(
    "stage",
    tuple(Stage),
    "At screening the evaluation is provisional, at enrolment final.",
    default=Stage.ENROLMENT,
)


class Eligibility(SubjectView):
    tag = "Eligibility"

    @endpoint(Permission.SUBJECT_VIEW, answers=EligibilityRead, query=(STAGE, AT))
    def get(self) -> Response:
        """Every criterion with the values on which it rests, now or at a past instant."""
        stage, at = Stage(self.query["stage"]), self.instant
        if at:
            evaluation = eligibility_at(self.subject, stage, at)
        else:
            anchor = self.subject.enrolled_on or self.today
            evaluation = evaluate_eligibility(self.subject, stage, on=anchor)
        return answered(EligibilityRead.of(self.subject.code, evaluation, at))


class EligibilityJudgement(SubjectView):
    tag = "Eligibility"

    @endpoint(Permission.SUBJECT_VIEW, answers=JudgementRead, tagged=True)
    def get(self) -> Response:
        """The investigator's answer to a criterion."""
        judgement = self.subject.judgements.filter(criterion=self.kwargs["criterion"]).first()
        if judgement is None:
            raise UnknownObject()
        return answered(JudgementRead.of(judgement), revision=judgement.revision)

    @endpoint(
        Permission.CRITERION_JUDGE, sends=JudgementSent, answers=JudgementRead, conditional=True, creates=True
    )
    def put(self, sent: JudgementSent) -> Response:
        """Answer a criterion that no rule decides."""
        new = self.expected_revision is None
        judgement = judge(
            subject=self.subject,
            criterion=self.kwargs["criterion"],
            applies=sent.applies,
            comment=sent.comment,
            expected_revision=NONE_YET if new else self.expected_revision,
            reason=sent.reason,
            by=self.by,
        )
        return answered(JudgementRead.of(judgement), status=201 if new else 200, revision=judgement.revision)


class EligibilityConfirmation(SubjectView):
    tag = "Eligibility"

    @endpoint(Permission.SUBJECT_VIEW, answers=Page[ConfirmationRead], paged=True)
    def get(self) -> Response:
        """The investigator's decisions, each with its evaluation as it stood."""
        decisions = Stored(self.subject.confirmations.select_related("version"), "id")
        return page(self, decisions, lambda rows: [ConfirmationRead.of(row) for row in rows])

    @endpoint(Permission.ELIGIBILITY_CONFIRM, sends=ConfirmationSent, answers=ConfirmationRead, status=201)
    def post(self, sent: ConfirmationSent) -> Response:
        """Confirm that the subject is eligible, or not; the evaluation is kept with the decision.

        "Eligible" is refused with `not-eligible` while a criterion fails or is unknown.
        """
        confirmation = confirm(
            subject=self.subject,
            stage=sent.stage,
            eligible=sent.eligible,
            on=sent.on,
            comment=sent.comment,
            today=self.today,
            by=self.by,
        )
        return answered(ConfirmationRead.of(confirmation), status=201)
