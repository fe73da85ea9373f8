"""Screen, consent, judge, confirm, enrol, dispose: effect, history, refusal."""

from datetime import timedelta
from typing import Any

import pytest

from assessments.actions.capture import capture
from assessments.actions.eligibility import confirm, enrol_subject, judge
from assessments.rules.eligibility import Stage
from audit.rules import InvalidValues, RuleViolation, UnknownObject
from subjects.actions import record_consent
from subjects.models import Consent, Judgement, Subject
from subjects.rules.lifecycle import SubjectEvent, SubjectState
from tests.factories import (
    BASELINE,
    DAY1,
    SCREENED,
    at,
    confirmed,
    consented,
    demography,
    enrolled,
    screened,
    screening_done,
    visit,
)
from visits.actions.disposition import end_participation
from visits.models import Visit


def codes(refused: Any) -> list[str]:
    return [fault.code for fault in refused.value.faults]


def test_screening_gives_the_next_number_and_opens_two_visits(cast: Any) -> None:
    first, second = screened(cast), screened(cast)
    assert (first.code, second.code) == ("S001", "S002")
    assert [v.name for v in first.visits.all()] == ["SCR", "BL"]
    row = Subject.history.get(id=first.pk)
    assert (row.history_username, row.history_role, row.history_channel) == (
        cast.coordinator.username,
        "coordinator",
        "web",
    )


def test_screening_in_the_future_is_refused(cast: Any) -> None:
    from visits.actions.screening import screen_subject

    with pytest.raises(InvalidValues) as refused:
        screen_subject(
            trial=cast.trial,
            site=cast.trial.sites.first(),
            screened_on=SCREENED + timedelta(days=1),
            today=SCREENED,
            by=cast.coordinator,
        )
    assert codes(refused) == ["future-date"]
    assert not Subject.objects.exists()


def test_consent_keeps_version_and_local_date(cast: Any) -> None:
    consent = consented(cast).consents.get()
    assert (consent.icf_version, consent.signed_on) == ("1.0", SCREENED)
    assert Consent.history.count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"icf_version": "9.9"}, "unknown-icf-version"),
        ({"signed_at": at(SCREENED, "23:00")}, "future-date"),
        ({"obtained_by": "  "}, "required"),
    ],
)
def test_consent_with_a_fault_is_refused(cast: Any, change: dict[str, Any], code: str) -> None:
    subject = screened(cast)
    sound = {
        "icf_version": "1.0",
        "signed_at": at(SCREENED),
        "obtained_by": "Dr Li",
        "now": at(SCREENED, "10:00"),
        "by": cast.coordinator,
    }
    with pytest.raises(InvalidValues) as refused:
        record_consent(subject=subject, **(sound | change))
    assert codes(refused) == [code]
    assert not Consent.objects.exists()


def test_judging_before_consent_is_refused(cast: Any) -> None:
    with pytest.raises(RuleViolation) as refused:
        judge(subject=screened(cast), criterion="INC-05", applies=True, by=cast.investigator)
    assert refused.value.code == "consent-missing"


def test_a_criterion_with_a_rule_is_not_judged(cast: Any) -> None:
    with pytest.raises(RuleViolation) as refused:
        judge(subject=consented(cast), criterion="INC-01", applies=True, by=cast.investigator)
    assert refused.value.code == "decided-by-rule"


def test_an_unknown_criterion_is_not_found(cast: Any) -> None:
    with pytest.raises(UnknownObject):
        judge(subject=consented(cast), criterion="INC-99", applies=True, by=cast.investigator)


def test_a_changed_judgement_needs_a_reason(cast: Any) -> None:
    subject = consented(cast)
    judge(subject=subject, criterion="INC-05", applies=True, by=cast.investigator)
    with pytest.raises(InvalidValues) as refused:
        judge(subject=subject, criterion="INC-05", applies=False, by=cast.investigator)
    assert codes(refused) == ["reason-required"]
    judge(subject=subject, criterion="INC-05", applies=False, reason="RNS reread", by=cast.investigator)
    assert Judgement.history.count() == 2
    assert Judgement.history.first().history_change_reason == "RNS reread"


def test_eligible_is_refused_while_a_criterion_is_unknown(cast: Any) -> None:
    subject = screening_done(cast)
    with pytest.raises(RuleViolation) as refused:
        confirm(subject=subject, stage=Stage.ENROLMENT, eligible=True, today=BASELINE, by=cast.investigator)
    assert refused.value.code == "not-eligible"
    assert "INC-05: unknown" in str(refused.value)
    assert not subject.confirmations.exists()


def test_confirmation_keeps_the_evaluation_as_it_stood(cast: Any) -> None:
    confirmation = confirmed(cast).confirmations.get()
    criteria = {entry["criterion"]: entry for entry in confirmation.evaluation["criteria"]}
    assert confirmation.evaluation["overall"] == "eligible"
    assert len(criteria) == 15
    assert criteria["INC-06"]["inputs"]["SCR.MGADL.TOTAL"] == 11
    assert criteria["INC-05"]["judged_by"] == cast.investigator.username


def test_enrolment_without_confirmation_is_refused(cast: Any) -> None:
    with pytest.raises(RuleViolation) as refused:
        enrol_subject(subject=screening_done(cast), enrolled_on=BASELINE, today=BASELINE, by=cast.coordinator)
    assert refused.value.code == "not-eligible"


def test_enrolment_after_a_changed_value_is_refused_until_confirmed_again(cast: Any) -> None:
    subject = confirmed(cast)
    capture(
        subject=subject,
        form="DM",
        visit=visit(subject, "SCR"),
        values=demography("F") | {"BRTHDAT": "1979-07-19"},
        complete=True,
        expected_revision=1,
        reason="transcription error",
        today=BASELINE,
        by=cast.coordinator,
    )
    with pytest.raises(RuleViolation) as refused:
        enrol_subject(subject=subject, enrolled_on=BASELINE, today=BASELINE, by=cast.coordinator)
    assert refused.value.code == "eligibility-changed"


def test_enrolment_plans_the_schedule_from_the_planned_day1(cast: Any) -> None:
    subject = enrolled(cast)
    assert (subject.state, subject.enrolment_number) == (SubjectState.ENROLLED, 1)
    planned = {v.name: v.planned_date for v in Visit.objects.filter(subject=subject)}
    assert planned["INF1"] == DAY1
    assert planned["INF12"] == DAY1 + timedelta(days=154)
    assert planned["EOT"] == DAY1 + timedelta(days=168)
    assert len(planned) == 2 + 12 + 1 + 3


def test_withdrawal_cancels_what_is_still_to_come(cast: Any) -> None:
    subject = enrolled(cast)
    end_participation(
        subject=subject,
        event=SubjectEvent.WITHDRAW,
        on=DAY1 + timedelta(days=20),
        reason="moved away",
        today=DAY1 + timedelta(days=20),
        by=cast.coordinator,
    )
    states = {v.name: v.state for v in subject.visits.all()}
    assert states["INF3"] == "cancelled"
    assert states["INF2"] == "planned", "its window was open before the subject left"
    subject.refresh_from_db()
    assert (subject.state, subject.left_reason) == (SubjectState.WITHDRAWN, "moved away")


@pytest.mark.parametrize("event", [SubjectEvent.WITHDRAW, SubjectEvent.LOSE, SubjectEvent.DIE])
def test_leaving_without_a_reason_is_refused(cast: Any, event: SubjectEvent) -> None:
    subject = consented(cast)
    with pytest.raises(InvalidValues) as refused:
        end_participation(
            subject=subject, event=event, on=SCREENED, reason=" ", today=SCREENED, by=cast.coordinator
        )
    assert codes(refused) == ["reason-required"]


def test_a_screen_failure_can_not_be_enrolled(cast: Any) -> None:
    subject = confirmed(cast)
    end_participation(
        subject=subject,
        event=SubjectEvent.FAIL_SCREENING,
        on=BASELINE,
        reason="withdrew interest",
        today=BASELINE,
        by=cast.coordinator,
    )
    with pytest.raises(RuleViolation) as refused:
        enrol_subject(subject=subject, enrolled_on=BASELINE, today=BASELINE, by=cast.coordinator)
    assert refused.value.code == "illegal-transition"
