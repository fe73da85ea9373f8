"""Change from baseline and response."""

from datetime import date, timedelta

import pytest

from assessments.rules.measures import Reading, course

DAY = date(2026, 3, 2)


def readings(*scores: int | None, every: int = 14) -> list[Reading]:
    """Baseline first, then one every `every` days."""
    return [
        Reading("BL" if n == 0 else f"INF{n}", DAY + timedelta(days=n * every), score)
        for n, score in enumerate(scores)
    ]


def mgadl(*scores: int | None, every: int = 14) -> object:
    return course(readings(*scores, every=every), baseline_visit="BL", responder_change=2, sustained_days=28)


def test_change_is_baseline_minus_visit_so_that_positive_is_better() -> None:
    points = mgadl(10, 7, 11, None).points
    assert [p.change for p in points] == [3, -1, None]
    assert [p.responder for p in points] == [True, False, None]


@pytest.mark.parametrize(("score", "responder"), [(9, False), (8, True), (7, True)])
def test_a_visit_responder_has_changed_by_at_least_the_points_declared(score: int, responder: bool) -> None:
    assert mgadl(10, score).points[0].responder is responder


@pytest.mark.parametrize(
    ("scores", "every", "sustained"),
    [
        ((10, 8, 8, 8), 14, True),
        ((10, 8, 8), 14, False),
        ((10, 8, 8, 8), 13, False),
        ((10, 8, 9, 8, 8), 14, False),
        ((10, 8, None, 8, 8), 14, False),
        ((10, 9, 8, 8, 8), 14, True),
        ((10, 8, 8), 28, True),
        ((10,), 14, False),
    ],
)
def test_a_sustained_response_is_an_unbroken_run_of_28_days(
    scores: tuple[int | None, ...], every: int, sustained: bool
) -> None:
    assert mgadl(*scores, every=every).sustained is sustained


def test_without_a_baseline_score_nothing_is_known() -> None:
    answer = mgadl(None, 8, 8, 8)
    assert (answer.baseline, answer.sustained) == (None, None)
    assert [p.change for p in answer.points] == [None, None, None]


def test_readings_before_baseline_are_no_points() -> None:
    screening = Reading("SCR", DAY - timedelta(days=20), 12)
    answer = course([screening, *readings(10, 8)], baseline_visit="BL", responder_change=2, sustained_days=28)
    assert [p.visit for p in answer.points] == ["INF1"]
