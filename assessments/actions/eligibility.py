"""The investigator judges criteria and confirms eligibility; enrolment rests on the confirmation."""

from datetime import date

from django.db import transaction

from assessments.rules.eligibility import Evaluation, Overall, Stage
from assessments.selectors import evaluate_eligibility
from audit.rules import Actor, RuleViolation, UnknownObject, invalid
from audit.rules import gettext_noop as _
from subjects.actions import enrol, record_confirmation, record_judgement
from subjects.models import EligibilityConfirmation, Judgement, Subject
from subjects.rules.dates import demand_not_before, demand_not_future
from subjects.rules.lifecycle import SubjectState
from subjects.selectors import demand_consent
from subjects.selectors import locked as locked_subject
from trials.rules.definition import digest_of
from visits.actions.schedule import plan_from_day1


@transaction.atomic
def judge(
    *,
    subject: Subject,
    criterion: str,
    applies: bool,
    comment: str = "",
    expected_revision: int | None = None,
    reason: str = "",
    by: Actor,
) -> Judgement:
    """Answer a criterion that no rule decides. For an exclusion, `applies` means that it is present.

    `expected_revision` is as in `record_judgement`.
    Raises `UnknownObject`, `RuleViolation` (consent-missing, not-in-screening, decided-by-rule),
    `StaleRevision`, `InvalidValues` (reason-required for a changed answer).
    """
    subject = locked_subject(subject)
    demand_consent(subject)
    _demand_screening(subject)
    declared = subject.version.definition.criterion(criterion)
    if declared is None:
        raise UnknownObject()
    if not declared.is_judgement:
        raise RuleViolation(
            "decided-by-rule",
            _("{criterion} follows from captured values; correct those instead."),
            criterion=criterion,
        )
    return record_judgement(
        subject=subject,
        criterion=criterion,
        applies=applies,
        comment=comment.strip(),
        expected_revision=expected_revision,
        reason=reason,
        by=by,
    )


@transaction.atomic
def confirm(
    *,
    subject: Subject,
    stage: Stage,
    eligible: bool,
    on: date | None = None,
    comment: str = "",
    today: date,
    by: Actor,
) -> EligibilityConfirmation:
    """Store the investigator's decision on a date (default today), with the evaluation as a snapshot.

    "Eligible" is refused (`not-eligible`) while a criterion fails or is unknown; "not eligible" needs a
    comment.
    """
    subject = locked_subject(subject)
    on = on or today
    demand_not_future(on, today=today, pointer="/on")
    demand_not_before(
        on, earliest=demand_consent(subject).signed_on, what=_("date of consent"), pointer="/on"
    )
    _demand_screening(subject)
    evaluation = evaluate_eligibility(subject, stage, on=on)
    if eligible and evaluation.overall is not Overall.ELIGIBLE:
        raise _not_eligible(subject, evaluation)
    if not eligible and not comment.strip():
        raise invalid("/comment", "required", _("Say why the subject is not eligible."))
    document = evaluation.as_json()
    return record_confirmation(
        subject=subject,
        stage=stage,
        eligible=eligible,
        on=on,
        comment=comment.strip(),
        evaluation=document,
        digest=digest_of(document),
        by=by,
    )


@transaction.atomic
def enrol_subject(
    *, subject: Subject, enrolled_on: date, day1: date | None = None, today: date, by: Actor
) -> Subject:
    """Enrol a subject whose eligibility the investigator confirmed at enrolment, and plan the schedule.

    `day1` is the planned date of the first infusion (default: the date of enrolment).
    Raises `RuleViolation` (not-eligible; eligibility-changed where captured values no longer give the
    evaluation that was confirmed; enrolment-cap-reached), `InvalidValues` (future-date, too-early).
    """
    subject = locked_subject(subject)
    confirmation = subject.confirmations.filter(stage=Stage.ENROLMENT).order_by("-id").first()
    if confirmation is None or not confirmation.eligible:
        raise RuleViolation(
            "not-eligible",
            _("The investigator has not confirmed that subject {subject} is eligible at enrolment."),
            subject=subject.code,
            criteria="",
        )
    evaluation = evaluate_eligibility(subject, Stage.ENROLMENT, on=confirmation.confirmed_on)
    if digest_of(evaluation.as_json()) != confirmation.digest:
        raise RuleViolation(
            "eligibility-changed",
            _("Values have changed since eligibility was confirmed; the investigator must confirm it again."),
        )
    day1 = day1 or enrolled_on
    demand_not_before(
        enrolled_on,
        earliest=confirmation.confirmed_on,
        what=_("confirmation of eligibility"),
        pointer="/enrolled_on",
    )
    demand_not_before(day1, earliest=enrolled_on, what=_("date of enrolment"), pointer="/day1")
    subject = enrol(subject=subject, enrolled_on=enrolled_on, today=today, by=by)
    plan_from_day1(subject=subject, day1=day1, reason=f"enrolled; Day 1 planned for {day1}", by=by)
    return subject


def _demand_screening(subject: Subject) -> None:
    if subject.state != SubjectState.SCREENING:
        raise RuleViolation(
            "not-in-screening",
            _("Eligibility is judged during screening; subject {subject} is {state}."),
            subject=subject.code,
            state=subject.state,
        )


def _not_eligible(subject: Subject, evaluation: Evaluation) -> RuleViolation:
    failing = [f"{r.criterion.oid}: {r.outcome}" for r in evaluation.results if not r.passes]
    return RuleViolation(
        "not-eligible",
        _("Subject {subject} can't be confirmed as eligible. {criteria}"),
        subject=subject.code,
        criteria="; ".join(failing),
    )
