"""Record, correct and code adverse events: effect, history, refusal."""

from datetime import timedelta
from typing import Any

import pytest

from audit.rules import InvalidValues, RuleViolation, StaleRevision
from safety.actions import code_adverse_event, correct_adverse_event, record_adverse_event
from safety.models import AdverseEvent
from safety.rules.values import AdverseEventValues, Coding
from subjects.models import Subject
from subjects.rules.lifecycle import SubjectEvent
from tests.adverse_events import HOSPITALISED, NOW, TODAY, event
from tests.factories import Cast, attended, consented, enrolled, screened
from visits.actions.disposition import end_participation

TERMS = {
    "meddra_version": "27.1",
    "meddra_llt": "Headache",
    "meddra_pt": "Headache",
    "meddra_soc": "Nervous system disorders",
}
CODING = Coding.model_validate(TERMS)


def recorded(cast: Cast, subject: Subject, **changes: Any) -> AdverseEvent:
    return record_adverse_event(
        subject=subject, values=event(**changes), today=TODAY, now=NOW, by=cast.coordinator
    )


def corrected(
    cast: Cast, found: AdverseEvent, values: AdverseEventValues, *, reason: str = "", revision: int = 1
) -> AdverseEvent:
    return correct_adverse_event(
        event=found,
        values=values,
        expected_revision=revision,
        reason=reason,
        today=TODAY,
        now=NOW,
        by=cast.investigator,
    )


def codes(refused: Any) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


def test_recording_gives_the_next_number_and_leaves_history(cast: Cast) -> None:
    subject = consented(cast)
    first, second = recorded(cast, subject), recorded(cast, subject, term="Nausea")
    assert [(e.number, e.revision, e.ctcae_version) for e in (first, second)] == [
        (1, 1, "5.0"),
        (2, 1, "5.0"),
    ]
    assert first.version == subject.version
    row = AdverseEvent.history.get(id=first.pk)
    assert (row.history_username, row.history_role) == (cast.coordinator.username, "coordinator")
    assert row.history_scope == f"subject:{subject.pk}"


def test_numbers_start_anew_with_each_subject(cast: Cast) -> None:
    assert [recorded(cast, consented(cast)).number for _ in range(2)] == [1, 1]


def test_what_is_recorded_is_what_was_sent(cast: Cast) -> None:
    subject = enrolled(cast)
    values = event(
        start_date="2026-03",
        end_date=None,
        outcome="UNKNOWN",
        caused_by_product="POSSIBLY RELATED",
        caused_by_disease="DEFINITELY UNRELATED",
        other_action="bed rest",
        treated=True,
        special_interest="INFUSION REACTION",
        infusion_visit="INF1",
        **HOSPITALISED,
    )
    found = record_adverse_event(subject=subject, values=values, today=TODAY, now=NOW, by=cast.coordinator)
    assert AdverseEvent.objects.get(pk=found.pk).values == values


def test_unanswered_questions_are_stored_as_unknown(cast: Cast) -> None:
    found = recorded(cast, consented(cast), serious=None)
    stored = AdverseEvent.objects.get(pk=found.pk)
    assert (stored.serious, stored.treated, stored.caused_by_product) == (None, None, "")
    assert not stored.is_sae


def test_recording_before_consent_is_refused(cast: Cast) -> None:
    with pytest.raises(RuleViolation) as refused:
        recorded(cast, screened(cast))
    assert refused.value.code == "consent-missing"
    assert not AdverseEvent.objects.exists()


@pytest.mark.parametrize("visit", ["SCR", "INF99"])
def test_faults_are_reported_at_once_and_nothing_is_stored(cast: Cast, visit: str) -> None:
    subject = enrolled(cast)
    with pytest.raises(InvalidValues) as refused:
        recorded(cast, subject, start_date="2026-02-01", infusion_visit=visit)
    assert codes(refused) == [("/start_date", "too-early"), ("/infusion_visit", "not-an-infusion-visit")]
    assert not AdverseEvent.objects.exists()


def test_follow_up_goes_on_after_the_subject_has_left(cast: Cast) -> None:
    subject = enrolled(cast)
    ongoing = recorded(cast, subject, end_date=None, ongoing=True, outcome="RECOVERING/RESOLVING")
    end_participation(
        subject=subject,
        event=SubjectEvent.WITHDRAW,
        on=TODAY,
        reason="moved away",
        today=TODAY,
        by=cast.coordinator,
    )
    assert corrected(cast, ongoing, event(), reason="recovered, by telephone").outcome == "RECOVERED/RESOLVED"
    assert recorded(cast, subject, term="Nausea").number == 2


def test_correction_keeps_both_versions_and_the_reason(cast: Cast) -> None:
    found = recorded(cast, consented(cast))
    after = corrected(cast, found, event(grade=3), reason="graded again")
    assert (after.grade, after.revision) == (3, 2)
    newest, oldest = found.history.all()
    assert (newest.grade, newest.history_change_reason, newest.history_role) == (
        3,
        "graded again",
        "investigator",
    )
    assert oldest.grade == 2


def test_the_same_values_again_leave_no_history(cast: Cast) -> None:
    found = recorded(cast, consented(cast))
    assert corrected(cast, found, event()).revision == 1
    assert found.history.count() == 1


@pytest.mark.parametrize("change", [{"grade": 3}, {"term": "Migraine"}, {"serious": None}])
def test_changing_a_recorded_value_without_a_reason_is_refused(cast: Cast, change: dict[str, Any]) -> None:
    found = recorded(cast, consented(cast))
    with pytest.raises(InvalidValues) as refused:
        corrected(cast, found, event(**change), reason="  ")
    assert codes(refused) == [("/reason", "reason-required")]
    assert AdverseEvent.objects.get(pk=found.pk).values == event()


def test_answering_an_open_question_needs_no_reason(cast: Cast) -> None:
    found = recorded(cast, consented(cast))
    after = corrected(cast, found, event(caused_by_product="POSSIBLY UNRELATED", treated=False))
    assert (after.revision, after.caused_by_product, after.treated) == (2, "POSSIBLY UNRELATED", False)


def test_stale_correction_is_refused_and_says_who_changed_it(cast: Cast) -> None:
    found = recorded(cast, consented(cast))
    corrected(cast, found, event(grade=3), reason="graded again")
    with pytest.raises(StaleRevision) as refused:
        corrected(cast, found, event(term="Migraine"), reason="misread")
    assert refused.value.params["revision"] == 2
    assert refused.value.params["changed_by"] == cast.investigator.username
    assert AdverseEvent.objects.get(pk=found.pk).term == "Headache"


def test_correction_is_checked_like_a_new_event(cast: Cast) -> None:
    found = recorded(cast, consented(cast))
    with pytest.raises(InvalidValues) as refused:
        corrected(cast, found, event(grade=5, serious=False), reason="died")
    assert ("/death", "fatal-contradicted") in codes(refused)


def test_coding_is_lost_with_the_term_it_coded(cast: Cast) -> None:
    found = recorded(cast, consented(cast))
    coded = code_adverse_event(event=found, coding=CODING, by=cast.coordinator)
    assert (coded.meddra_pt, coded.revision) == ("Headache", 2)
    regraded = corrected(cast, coded, event(grade=3), reason="graded again", revision=2)
    assert regraded.meddra_pt == "Headache"
    renamed = corrected(cast, coded, event(grade=3, term="Nausea"), reason="misread", revision=3)
    assert (renamed.meddra_version, renamed.meddra_pt) == ("", "")


def test_coding_differently_needs_a_reason(cast: Cast) -> None:
    found = recorded(cast, consented(cast))
    code_adverse_event(event=found, coding=CODING, by=cast.coordinator)
    newer = Coding.model_validate(TERMS | {"meddra_version": "28.0"})
    with pytest.raises(InvalidValues) as refused:
        code_adverse_event(event=found, coding=newer, by=cast.coordinator)
    assert codes(refused) == [("/reason", "reason-required")]
    assert (
        code_adverse_event(event=found, coding=newer, reason="new version", by=cast.coordinator).revision == 3
    )


def test_the_site_clock_judges_what_is_future(cast: Cast) -> None:
    """16:30 UTC is half past midnight of the next day in Shanghai."""
    subject = consented(cast)
    night = NOW.replace(hour=0, minute=30) + timedelta(days=1)
    values = event(end_date="2026-03-21", end_time="00:15", aware_at=night.isoformat())
    found = record_adverse_event(
        subject=subject, values=values, today=night.date(), now=night.astimezone(), by=cast.coordinator
    )
    assert found.end_date == "2026-03-21"


def test_an_infusion_visit_may_be_named_before_its_infusion_is_recorded(cast: Cast) -> None:
    subject = enrolled(cast)
    attended(cast, subject, "INF1", TODAY - timedelta(days=10))
    assert recorded(cast, subject, infusion_visit="INF1").infusion_visit.name == "INF1"
