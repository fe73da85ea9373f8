"""Attend, miss, add, move, cancel, infuse: effect, deviation, refusal."""

from datetime import date, timedelta
from typing import Any

import pytest

from audit.recording import Unrecorded
from audit.rules import InvalidValues, RuleViolation, StaleRevision, UnknownObject
from subjects.models import Deviation, Subject
from tests.factories import (
    DAY1,
    SCREENED,
    at,
    attended,
    captured,
    consented,
    demography,
    enrolled,
    infused,
    infusion_values,
    screened,
    visit,
)
from visits.actions.attendance import attend, record_absence
from visits.actions.infusion import record_infusion
from visits.actions.schedule import add_visit, cancel, move_day1, reschedule
from visits.models import Infusion, Visit


def deviations(subject: Subject, state: str = "open") -> set[tuple[str, str]]:
    return {(d.kind, d.cause) for d in subject.deviations.filter(state=state)}


def codes(refused: Any) -> list[str]:
    return [fault.code for fault in refused.value.faults]


def test_a_visit_before_consent_is_refused_and_stores_nothing(cast: Any) -> None:
    subject = screened(cast)
    with pytest.raises(RuleViolation) as refused:
        attend(visit=visit(subject, "SCR"), on=SCREENED, today=SCREENED, by=cast.coordinator)
    assert refused.value.code == "consent-missing"
    assert visit(subject, "SCR").state == "planned"
    assert Visit.history.filter(name="SCR").count() == 1


def test_a_visit_dated_before_the_consent_is_refused(cast: Any) -> None:
    subject = consented(cast)
    with pytest.raises(InvalidValues) as refused:
        attend(
            visit=visit(subject, "SCR"),
            on=SCREENED - timedelta(days=1),
            today=SCREENED,
            by=cast.coordinator,
        )
    assert codes(refused) == ["too-early"]


def test_a_form_before_the_visit_took_place_is_refused(cast: Any) -> None:
    subject = consented(cast)
    with pytest.raises(RuleViolation) as refused:
        captured(cast, subject, "SCR", "DM", demography("F"), today=SCREENED)
    assert refused.value.code == "visit-not-attended"


def test_an_infusion_visit_before_enrolment_does_not_exist(cast: Any) -> None:
    with pytest.raises(Visit.DoesNotExist):
        visit(consented(cast), "INF1")


def test_a_future_visit_is_refused(cast: Any) -> None:
    subject = consented(cast)
    with pytest.raises(InvalidValues) as refused:
        attend(
            visit=visit(subject, "SCR"),
            on=SCREENED + timedelta(days=1),
            today=SCREENED,
            by=cast.coordinator,
        )
    assert codes(refused) == ["future-date"]


def test_a_corrected_visit_date_needs_a_reason(cast: Any) -> None:
    subject = consented(cast)
    scr = attended(cast, subject, "SCR", SCREENED)
    later = SCREENED + timedelta(days=1)
    with pytest.raises(InvalidValues) as refused:
        attend(visit=scr, on=later, today=later, by=cast.coordinator)
    assert codes(refused) == ["reason-required"]
    attend(visit=scr, on=later, reason="diary misread", today=later, by=cast.coordinator)
    assert Visit.history.filter(id=scr.pk).first().history_change_reason == "diary misread"


def test_the_same_date_again_leaves_no_history(cast: Any) -> None:
    subject = consented(cast)
    scr = attended(cast, subject, "SCR", SCREENED)
    versions = Visit.history.filter(id=scr.pk).count()
    attend(visit=scr, on=SCREENED, today=SCREENED, by=cast.coordinator)
    assert Visit.history.filter(id=scr.pk).count() == versions


@pytest.mark.parametrize(("days", "raised"), [(-4, True), (-3, False), (0, False), (3, False), (4, True)])
def test_a_visit_outside_its_window_raises_a_deviation(cast: Any, days: int, raised: bool) -> None:
    subject = enrolled(cast)
    infused(cast, subject, "INF1", DAY1)
    attended(cast, subject, "INF3", DAY1 + timedelta(days=28 + days))
    assert (("out-of-window", "INF3") in deviations(subject)) is raised


def test_a_corrected_date_inside_the_window_withdraws_the_deviation(cast: Any) -> None:
    subject = enrolled(cast)
    infused(cast, subject, "INF1", DAY1)
    late = DAY1 + timedelta(days=14 + 5)
    inf2 = attended(cast, subject, "INF2", late)
    assert ("out-of-window", "INF2") in deviations(subject)
    attend(visit=inf2, on=DAY1 + timedelta(days=14), reason="wrong week", today=late, by=cast.coordinator)
    assert ("out-of-window", "INF2") not in deviations(subject)
    assert ("out-of-window", "INF2") in deviations(subject, "withdrawn")
    assert Deviation.history.filter(cause="INF2").count() == 2


def test_a_missed_visit_raises_a_deviation_and_can_be_found_to_have_taken_place(cast: Any) -> None:
    subject = enrolled(cast)
    infused(cast, subject, "INF1", DAY1)
    closed = DAY1 + timedelta(days=18)
    record_absence(visit=visit(subject, "INF2"), reason="fever", today=closed, by=cast.coordinator)
    assert ("missed-visit", "INF2") in deviations(subject)
    with pytest.raises(InvalidValues):
        attend(visit=visit(subject, "INF2"), on=closed, today=closed, by=cast.coordinator)
    attend(visit=visit(subject, "INF2"), on=closed, reason="note found", today=closed, by=cast.coordinator)
    assert deviations(subject) == {("out-of-window", "INF2")}


def test_a_visit_whose_window_is_not_open_was_not_missed(cast: Any) -> None:
    subject = enrolled(cast)
    with pytest.raises(RuleViolation) as refused:
        record_absence(visit=visit(subject, "INF5"), reason="x", today=DAY1, by=cast.coordinator)
    assert refused.value.code == "window-not-open"


def test_an_absence_without_a_reason_is_refused(cast: Any) -> None:
    subject = enrolled(cast)
    with pytest.raises(InvalidValues) as refused:
        record_absence(visit=visit(subject, "INF1"), reason=" ", today=DAY1, by=cast.coordinator)
    assert codes(refused) == ["reason-required"]


@pytest.mark.parametrize(("days", "raised"), [(10, True), (11, False), (12, False)])
def test_infusions_less_than_eleven_days_apart_raise_a_deviation(cast: Any, days: int, raised: bool) -> None:
    subject = enrolled(cast)
    infused(cast, subject, "INF1", DAY1)
    infused(cast, subject, "INF2", DAY1 + timedelta(days=days))
    assert (("minimum-gap", "INF2") in deviations(subject)) is raised


def test_the_first_infusion_fixes_day1_and_moves_the_schedule(cast: Any) -> None:
    subject = enrolled(cast)
    late = DAY1 + timedelta(days=2)
    infused(cast, subject, "INF1", late)
    subject.refresh_from_db()
    assert subject.day1 == late
    assert visit(subject, "INF2").planned_date == late + timedelta(days=14)
    assert visit(subject, "INF1").window_status == "in-window"
    reasons = set(Visit.history.filter(name="INF2").values_list("history_change_reason", flat=True))
    assert f"Day 1 is {late} (first infusion)" in reasons


def test_screening_too_long_before_day1_is_a_deviation_once_day1_is_known(cast: Any) -> None:
    subject = enrolled(cast)
    infused(cast, subject, "INF1", SCREENED + timedelta(days=29))
    assert ("out-of-window", "SCR") in deviations(subject)


def test_nothing_is_infused_at_a_visit_that_has_not_taken_place(cast: Any) -> None:
    subject = enrolled(cast)
    with pytest.raises(RuleViolation) as refused:
        record_infusion(
            visit=visit(subject, "INF1"),
            values=infusion_values(DAY1),
            expected_revision=None,
            now=at(DAY1, "18:00"),
            by=cast.coordinator,
        )
    assert refused.value.code == "visit-not-attended"
    assert not Infusion.objects.exists()


def test_nothing_is_infused_at_a_screening_visit(cast: Any) -> None:
    subject = enrolled(cast)
    with pytest.raises(RuleViolation) as refused:
        record_infusion(
            visit=visit(subject, "SCR"),
            values=infusion_values(SCREENED),
            expected_revision=None,
            now=at(DAY1, "18:00"),
            by=cast.coordinator,
        )
    assert refused.value.code == "no-infusion-here"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"stopped_at": at(DAY1, "10:00")}, "stop-before-start"),
        ({"percent_given": "60"}, "required"),
        ({"started_at": at(DAY1 - timedelta(days=1))}, "not-on-visit-date"),
        ({"stopped_at": at(DAY1, "23:59")}, "future-date"),
        (
            {"interruptions": [{"stopped_at": at(DAY1, "09:00"), "reason": "chills"}]},
            "outside-infusion",
        ),
    ],
)
def test_an_infusion_that_contradicts_itself_is_refused(cast: Any, change: dict[str, Any], code: str) -> None:
    subject = enrolled(cast)
    with pytest.raises(InvalidValues) as refused:
        infused(cast, subject, "INF1", DAY1, **change)
    assert code in codes(refused)
    assert not Infusion.objects.exists()


def test_an_infusion_near_midnight_counts_on_the_sites_own_date(cast: Any) -> None:
    """00:10 in Shanghai is still the day before in UTC; the visit's date is the site's."""
    subject = enrolled(cast)
    infusion = infused(
        cast, subject, "INF1", DAY1, started_at=at(DAY1, "00:10"), stopped_at=at(DAY1, "00:50")
    )
    assert infusion.visit.actual_date == DAY1


def test_a_corrected_infusion_needs_the_revision_read_and_a_reason(cast: Any) -> None:
    subject = enrolled(cast)
    infused(cast, subject, "INF1", DAY1)
    again = {"visit": visit(subject, "INF1"), "now": at(DAY1, "18:00"), "by": cast.coordinator}
    corrected = infusion_values(DAY1, lot="LOT-002")
    with pytest.raises(RuleViolation) as exists:
        record_infusion(values=corrected, expected_revision=None, **again)
    assert exists.value.code == "infusion-exists"
    with pytest.raises(InvalidValues) as unexplained:
        record_infusion(values=corrected, expected_revision=1, **again)
    assert codes(unexplained) == ["reason-required"]
    record_infusion(values=corrected, expected_revision=1, reason="label misread", **again)
    with pytest.raises(StaleRevision) as stale:
        record_infusion(values=infusion_values(DAY1), expected_revision=1, reason="x", **again)
    assert stale.value.params["revision"] == 2
    assert Infusion.history.count() == 2


def test_the_same_infusion_again_leaves_no_history(cast: Any) -> None:
    subject = enrolled(cast)
    infused(cast, subject, "INF1", DAY1)
    record_infusion(
        visit=visit(subject, "INF1"),
        values=infusion_values(DAY1),
        expected_revision=1,
        now=at(DAY1, "18:00"),
        by=cast.coordinator,
    )
    assert Infusion.history.count() == 1


def test_a_corrected_infusion_date_moves_the_visit_and_day1(cast: Any) -> None:
    subject = enrolled(cast)
    infused(cast, subject, "INF1", DAY1)
    next_day = DAY1 + timedelta(days=1)
    record_infusion(
        visit=visit(subject, "INF1"),
        values=infusion_values(next_day),
        expected_revision=1,
        reason="date misread",
        now=at(next_day, "18:00"),
        by=cast.coordinator,
    )
    subject.refresh_from_db()
    assert subject.day1 == next_day
    assert visit(subject, "INF1").actual_date == next_day


def test_an_attended_infusion_visit_is_not_redated_behind_its_infusion(cast: Any) -> None:
    subject = enrolled(cast)
    infused(cast, subject, "INF1", DAY1)
    with pytest.raises(RuleViolation) as refused:
        attend(
            visit=visit(subject, "INF1"),
            on=DAY1 + timedelta(days=1),
            reason="x",
            today=date(2026, 12, 1),
            by=cast.coordinator,
        )
    assert refused.value.code == "infusion-recorded"


def test_day1_moves_until_the_first_infusion(cast: Any) -> None:
    subject = enrolled(cast)
    later = DAY1 + timedelta(days=3)
    move_day1(subject=subject, day1=later, reason="bed not free", by=cast.coordinator)
    assert visit(subject, "INF1").planned_date == later
    infused(cast, subject, "INF1", later)
    with pytest.raises(RuleViolation) as refused:
        move_day1(subject=subject, day1=DAY1, reason="x", by=cast.coordinator)
    assert refused.value.code == "day1-fixed"


def test_unscheduled_visits_are_numbered_and_can_be_moved_and_cancelled(cast: Any) -> None:
    subject = consented(cast)
    first = add_visit(subject=subject, event="UNS", on=DAY1, by=cast.coordinator)
    second = add_visit(subject=subject, event="UNS", on=DAY1, by=cast.coordinator)
    assert [first.name, second.name] == ["UNS1", "UNS2"]
    moved = reschedule(
        visit=second, planned_date=DAY1 + timedelta(days=1), reason="asked", by=cast.coordinator
    )
    assert moved.closes_on == DAY1 + timedelta(days=1)
    assert cancel(visit=moved, reason="not needed", by=cast.coordinator).state == "cancelled"


def test_a_visit_of_the_grid_is_not_moved_by_itself(cast: Any) -> None:
    subject = enrolled(cast)
    with pytest.raises(RuleViolation) as refused:
        reschedule(visit=visit(subject, "INF3"), planned_date=DAY1, reason="holiday", by=cast.coordinator)
    assert refused.value.code == "on-the-grid"


def test_only_events_on_demand_can_be_added(cast: Any) -> None:
    subject = consented(cast)
    for event in ("INF1", "NOPE"):
        with pytest.raises(UnknownObject):
            add_visit(subject=subject, event=event, on=DAY1, by=cast.coordinator)
    add_visit(subject=subject, event="ET", on=DAY1, by=cast.coordinator)
    with pytest.raises(RuleViolation) as refused:
        add_visit(subject=subject, event="ET", on=DAY1, by=cast.coordinator)
    assert refused.value.code == "visit-exists"


def test_a_visit_is_not_written_outside_an_action(cast: Any) -> None:
    subject = consented(cast)
    scr = visit(subject, "SCR")
    scr.absence_reason = "edited"
    for write in (scr.save, scr.delete, lambda: Visit.objects.filter(pk=scr.pk).update(state="missed")):
        with pytest.raises(Unrecorded):
            write()
