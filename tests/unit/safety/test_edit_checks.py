"""Every edit check of an adverse event, with both sides of each boundary."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety.rules.edit_checks import edit_checks
from safety.rules.terms import Criterion
from tests.adverse_events import CONSENTED, DIED, HOSPITALISED, NOW, ONGOING, TODAY, event


def faults(**changes) -> list[tuple[str, str]]:
    found = edit_checks(event(**changes), consent_date=CONSENTED, today=TODAY, now=NOW)
    for fault in found:
        fault.render(str, "en")
    return [(fault.pointer, fault.code) for fault in found]


@pytest.mark.parametrize("changes", [{}, HOSPITALISED, DIED, ONGOING, HOSPITALISED | ONGOING])
def test_sound_event_has_no_fault(changes):
    assert faults(**changes) == []


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-02-01", [("/start_date", "too-early")]),
        ("2026-02-02", []),
        ("2026-01", [("/start_date", "too-early")]),
        ("2026-02", []),
        ("2025", [("/start_date", "too-early")]),
        ("2026", []),
    ],
)
def test_start_is_not_before_the_consent(start, expected):
    assert faults(start_date=start) == expected


@pytest.mark.parametrize(
    ("start", "end", "certainly_wrong"),
    [
        ("2026-03-10", "2026-03-09", True),
        ("2026-03-10", "2026-03-10", False),
        ("2026-03-10", "2026-03", False),
        ("2026-03-10", "2026-02", True),
        ("2026-03", "2026-02-28", True),
        ("2026-03", "2026-03-01", False),
        ("2026-03", "2026-03", False),
        ("2026", "2026-02", False),
        ("2026-03-10", "2025", True),
        ("2026-03-10", "2026", False),
    ],
)
def test_end_is_not_before_the_start(start, end, certainly_wrong):
    expected = [("/end_date", "end-before-start")] if certainly_wrong else []
    assert faults(start_date=start, end_date=end) == expected


@pytest.mark.parametrize(
    ("end_date", "end_time", "certainly_wrong"),
    [
        ("2026-03-10", "07:59", True),
        ("2026-03-10", "08:00", False),
        ("2026-03-10", None, False),
        ("2026-03-11", "07:59", False),
    ],
)
def test_times_of_one_day_are_in_order(end_date, end_time, certainly_wrong):
    expected = [("/end_date", "end-before-start")] if certainly_wrong else []
    assert faults(start_time="08:00", end_date=end_date, end_time=end_time) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"start_date": "2026-03", "start_time": "08:00"}, [("/start_time", "time-without-day")]),
        ({"end_date": "2026", "end_time": "08:00"}, [("/end_time", "time-without-day")]),
        (ONGOING | {"end_time": "08:00"}, [("/end_time", "time-without-day")]),
    ],
)
def test_a_time_needs_its_day(changes, expected):
    assert faults(**changes) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (ONGOING | {"start_date": "2026-03-20"}, []),
        (ONGOING | {"start_date": "2026-03-21"}, [("/start_date", "future-date")]),
        (ONGOING | {"start_date": "2026-03"}, []),
        (ONGOING | {"start_date": "2026-04"}, [("/start_date", "future-date")]),
        (ONGOING | {"start_date": "2026-03-20", "start_time": "14:30"}, []),
        (ONGOING | {"start_date": "2026-03-20", "start_time": "14:31"}, [("/start_date", "future-date")]),
        ({"end_date": "2026-03-20"}, []),
        ({"end_date": "2026-03-21"}, [("/end_date", "future-date")]),
        ({"end_date": "2026-03-20", "end_time": "14:31"}, [("/end_date", "future-date")]),
        ({"end_date": "2027"}, [("/end_date", "future-date")]),
        ({"aware_at": "2026-03-20T14:30+08:00"}, []),
        ({"aware_at": "2026-03-20T14:31+08:00"}, [("/aware_at", "future-date")]),
        ({"aware_at": "2026-03-20T06:31Z"}, [("/aware_at", "future-date")]),
    ],
)
def test_nothing_lies_in_the_future(changes, expected):
    assert faults(**changes) == expected


@pytest.mark.parametrize(
    ("end", "ongoing", "outcome", "expected"),
    [
        ("2026-03-12", False, "RECOVERED/RESOLVED", []),
        (None, True, "RECOVERING/RESOLVING", []),
        (None, False, "UNKNOWN", []),
        (None, True, "UNKNOWN", []),
        ("2026-03-12", False, "UNKNOWN", []),
        (None, False, "RECOVERED/RESOLVED", [("/end_date", "end-missing")]),
        (None, False, "NOT RECOVERED/NOT RESOLVED", [("/end_date", "end-missing")]),
        ("2026-03-12", True, "NOT RECOVERED/NOT RESOLVED", [("/ongoing", "ongoing-ended")]),
        ("2026-03-12", True, "UNKNOWN", [("/ongoing", "ongoing-ended")]),
    ],
)
def test_event_has_ended_or_is_ongoing_or_unknown(end, ongoing, outcome, expected):
    assert faults(end_date=end, ongoing=ongoing, outcome=outcome) == expected


@pytest.mark.parametrize("criterion", [c for c in Criterion if c is not Criterion.DEATH])
@pytest.mark.parametrize("serious", [True, False, None])
def test_one_criterion_makes_the_event_serious(criterion, serious):
    expected = [] if serious else [("/serious", "seriousness-contradicted")]
    assert faults(serious=serious, **{criterion.item: True}) == expected


@pytest.mark.parametrize(
    ("grade", "serious", "expected"),
    [
        (1, True, [("/serious", "seriousness-contradicted")]),
        (4, True, [("/serious", "seriousness-contradicted")]),
        (3, None, []),
        (4, None, [("/serious", "seriousness-unanswered")]),
        (4, False, []),
        (3, False, []),
    ],
)
def test_seriousness_without_a_criterion(grade, serious, expected):
    assert faults(grade=grade, serious=serious) == expected


@pytest.mark.parametrize(("fatal", "five", "death"), list(product([True, False], repeat=3)))
def test_death_is_outcome_grade_and_criterion_or_none(fatal, five, death):
    found = faults(
        outcome="FATAL" if fatal else "RECOVERED/RESOLVED",
        grade=5 if five else 3,
        death=death,
        serious=True,
        hospitalisation=True,
    )
    says = {"/outcome": fatal, "/grade": five, "/death": death}
    missing = [pointer for pointer, it in says.items() if not it] if any(says.values()) else []
    assert found == [(pointer, "fatal-contradicted") for pointer in missing]


def test_every_contradiction_is_reported_at_once():
    assert faults(start_date="2026-01-01", end_date=None, serious=True, grade=5) == [
        ("/start_date", "too-early"),
        ("/end_date", "end-missing"),
        ("/serious", "seriousness-contradicted"),
        ("/outcome", "fatal-contradicted"),
        ("/death", "fatal-contradicted"),
    ]


days = st.dates(date(2025, 1, 1), date(2026, 12, 31))
cut = st.sampled_from([4, 7, 10])


@given(days, days, cut, cut)
def test_a_partial_date_is_refused_only_if_the_true_date_is(start, end, start_known, end_known):
    """Knowing less never brings a fault that the whole dates do not have."""
    today, now = date(2026, 6, 30), datetime(2026, 6, 30, 4, tzinfo=UTC)

    def wrong(start_text: str, end_text: str) -> set[str]:
        told = event(start_date=start_text, end_date=end_text, aware_at=now.isoformat())
        found = edit_checks(told, consent_date=today - timedelta(days=200), today=today, now=now)
        return {fault.pointer + fault.code for fault in found}

    whole = wrong(start.isoformat(), end.isoformat())
    assert wrong(start.isoformat()[:start_known], end.isoformat()[:end_known]) <= whole
