"""The script of a rehearsal: the same seed, the same play; and in it all that a site should have met once."""

from collections import Counter
from datetime import date, timedelta
from functools import lru_cache

import pytest

from assessments.rules.eligibility import Stage
from subjects.rules.lifecycle import SubjectEvent
from tests.factories import nct_definition
from trials.reading import PROTOCOLS
from trials.rules.events import EventKind
from visits.rules.schedule import plan
from workbench.rehearsal.acts import (
    AddVisit,
    Attend,
    Capture,
    Confirm,
    Enrol,
    Infuse,
    Judge,
    Leave,
    Miss,
    Report,
    Screen,
)
from workbench.rehearsal.profile import Profile, Unplayable, read_profile
from workbench.rehearsal.script import Script, write_script

UNTIL = date(2026, 11, 24)


@lru_cache
def profile() -> Profile:
    return read_profile(PROTOCOLS / "nct07243366")


@lru_cache
def script(*, seed: int = 1, subjects: int = 15, weeks: int = 24, until: date = UNTIL) -> Script:
    return write_script(nct_definition(), profile(), seed=seed, subjects=subjects, weeks=weeks, until=until)


def acts(kind, played: Script | None = None) -> list:
    return [act for act in (played or script()).acts if isinstance(act, kind)]


def attended() -> dict[int, dict[str, date]]:
    """The date of each attended visit, by subject and visit."""
    met: dict[int, dict[str, date]] = {}
    for act in acts(Attend):
        met.setdefault(act.subject, {})[act.visit] = act.on
    return met


def test_same_seed_makes_the_same_script():
    small = {"subjects": 3, "weeks": 6, "until": UNTIL}
    again = write_script(nct_definition(), profile(), seed=4, **small)
    assert again == script(seed=4, **small)


def test_another_seed_makes_another_script():
    assert script(seed=4, subjects=3, weeks=6) != script(seed=5, subjects=3, weeks=6)


def test_fifteen_are_enrolled_and_two_fail_screening():
    left = Counter(act.event for act in acts(Leave))
    assert len(acts(Screen)) == 17
    assert len(acts(Enrol)) == 15
    assert left == {SubjectEvent.FAIL_SCREENING: 2, SubjectEvent.WITHDRAW: 1}


def test_screening_is_failed_by_a_rule_and_by_judgement():
    failed = {act.subject for act in acts(Confirm) if not act.eligible}
    against = {
        act.subject
        for act in acts(Judge)
        if act.applies != (nct_definition().criterion(act.criterion).kind == "inclusion")
    }
    assert len(failed) == 2
    assert len(against) == 1
    assert against < failed


def test_everybody_enrolled_was_confirmed_first():
    confirmed = {act.subject: act.on for act in acts(Confirm) if act.stage is Stage.ENROLMENT}
    assert {act.subject: act.on for act in acts(Enrol)} == confirmed


def test_subjects_count_in_the_order_of_their_screening():
    days = {act.subject: act.on for act in acts(Screen)}
    assert sorted(days) == list(range(1, 18))
    assert [days[number] for number in sorted(days)] == sorted(days.values())


def test_acts_come_in_order_of_happening():
    assert [act.on for act in script().acts] == sorted(act.on for act in script().acts)


def test_the_last_day_is_left_to_those_who_rehearse():
    assert max(act.on for act in script().acts) < UNTIL


def test_the_first_subjects_reach_the_end_of_treatment():
    reached = [number for number, visits in attended().items() if "EOT" in visits]
    assert len(reached) >= 2
    assert set(reached) <= {1, 2, 3, 4}


def test_visits_come_late_early_and_too_close_together():
    outside, gaps = Counter(), []
    for visits in attended().values():
        infusions = [on for name, on in visits.items() if name.startswith("INF")]
        gaps += [(b - a).days for a, b in zip(infusions, infusions[1:], strict=False)]
        if infusions:
            windows = plan(list(nct_definition().plan.values()), infusions[0])
            outside["early"] += sum(
                on < windows[name].opens for name, on in visits.items() if name in windows
            )
            outside["late"] += sum(
                on > windows[name].closes for name, on in visits.items() if name in windows
            )
    assert outside == {"early": 2, "late": 4}
    assert [gap for gap in gaps if gap < 11] == [10, 10]


def test_incidents_of_the_infusion_happen():
    infusions = acts(Infuse)
    assert sum(bool(act.values.interruptions) for act in infusions) == 2
    assert sum(act.values.percent_given < 100 for act in infusions) == 2
    assert sum(bool(act.reason) for act in infusions) == 2


def test_visits_are_missed_with_a_reason_and_made_unscheduled():
    assert len(acts(Miss)) == 3
    assert all(act.reason for act in acts(Miss))
    assert Counter(act.event for act in acts(AddVisit)) == {"UNS": 2, "ET": 1}


def test_adverse_events_differ_in_grade_and_one_is_serious():
    first_reports = [act for act in acts(Report) if not act.reason]
    assert len({act.values.grade for act in first_reports}) >= 3
    assert sum(act.values.serious is True for act in first_reports) == 1
    assert any(act.reason and act.values.end_date for act in acts(Report))


def test_forms_are_corrected_left_open_and_not_done():
    captures = acts(Capture)
    corrected = [act for act in captures if act.reason]
    assert len(corrected) >= 5
    assert any(not act.complete for act in captures)
    assert any(isinstance(value, dict) for act in captures for value in act.values.values())
    assert any(act.overrides for act in captures)


def test_a_correction_changes_what_was_captured_before():
    captured: dict[tuple, dict] = {}
    for act in acts(Capture):
        key = (act.subject, act.visit, act.form, act.repeat)
        if act.reason:
            assert captured[key] != act.values
        if act.visit:
            captured[key] = act.values


def test_withdrawn_subject_has_no_visits_afterwards():
    left = next(act for act in acts(Leave) if act.event is SubjectEvent.WITHDRAW)
    assert max(attended()[left.subject].values()) < left.on


def test_baseline_scores_pass_the_criterion():
    scores = [
        sum(value for oid, value in act.values.items() if oid != "MGRATER")
        for act in acts(Capture)
        if act.form == "MGADL" and act.visit == "BL"
    ]
    assert len(scores) == 15
    assert min(scores) >= 6


@pytest.mark.parametrize(
    "until",
    [date(2026, 11, 22), date(2026, 11, 21), date(2028, 2, 29), date(2027, 1, 1)],
    ids=["Sunday", "Saturday", "29 February", "New Year"],
)
def test_any_day_can_be_the_last(until):
    played = script(seed=2, subjects=3, weeks=8, until=until)
    assert len(acts(Enrol, played)) == 3
    assert played.acts[-1].on < until


def test_days_group_what_happens():
    days = script(seed=4, subjects=3, weeks=6).days()
    assert [day for day, _ in days] == sorted({act.on for _, todays in days for act in todays})


@pytest.mark.parametrize("subjects", [0, 16])
def test_more_subjects_than_places_are_refused(subjects):
    with pytest.raises(Unplayable, match="places for 1 to 15"):
        script(subjects=subjects)


def test_protocol_without_a_profile_says_what_nobody_meets():
    with pytest.raises(Unplayable, match="INC-01"):
        write_script(nct_definition(), read_profile(None), seed=1, subjects=1, weeks=2, until=UNTIL)


def test_another_protocol_is_played_from_its_types_alone():
    judged = tuple(c.model_copy(update={"rule": None, "final_rule": None}) for c in nct_definition().criteria)
    weekly = tuple(
        event.model_copy(update={"series": event.series.model_copy(update={"every_days": 21})})
        if event.kind is EventKind.INFUSION and event.series
        else event
        for event in nct_definition().events
    )
    other = nct_definition().model_copy(update={"criteria": judged, "events": weekly})

    played = write_script(other, read_profile(None), seed=1, subjects=2, weeks=6, until=UNTIL)

    infusions = [act.on for act in acts(Infuse, played) if act.subject == 1 and not act.reason]
    assert len(acts(Enrol, played)) == 2
    assert infusions[1] - infusions[0] > timedelta(days=14)
