"""The drawing of a measure: nothing is drawn that was not measured."""

from datetime import date, timedelta

import pytest

from assessments.rules.measures import Reading, course
from tests.factories import nct_definition
from workbench.plots import HEIGHT, LEFT, RIGHT, WIDTH, draw

MEASURE = nct_definition().measures[0]
BASELINE = date(2026, 3, 1)


def drawing(*scores: int | None, baseline: int | None = 11, weeks: int = 2):
    readings = [Reading("BL", BASELINE, baseline)] + [
        Reading(f"INF{n}", BASELINE + timedelta(weeks=weeks * n), score)
        for n, score in enumerate(scores, start=1)
    ]
    followed = course(readings, baseline_visit="BL", responder_change=2, sustained_days=28)
    return draw(MEASURE, followed, baseline_on=BASELINE)


def test_nothing_measured_draws_nothing():
    assert drawing(None, None, baseline=None) is None


def test_every_score_has_its_dot():
    plot = drawing(11, 9, 4)
    assert [dot.score for dot in plot.dots] == [11, 11, 9, 4]
    assert [bool(dot.responder) for dot in plot.dots] == [False, False, True, True]


def test_missing_score_breaks_the_line():
    plot = drawing(9, None, 7)
    assert [len(line.split()) for line in plot.lines] == [2, 1]
    assert [dot.visit for dot in plot.dots] == ["BL", "INF1", "INF3"]


def test_lower_score_stands_lower():
    dots = drawing(9, 4).dots
    assert dots[0].y < dots[1].y < dots[2].y
    assert dots[0].x < dots[1].x < dots[2].x


@pytest.mark.parametrize("weeks", [1, 2, 4, 13])
@pytest.mark.parametrize("score", [0, 1, 24, 39])
def test_drawing_stays_inside_its_frame(score, weeks):
    plot = drawing(*[score] * 12, weeks=weeks)
    assert all(LEFT <= dot.x <= WIDTH - RIGHT and 0 <= dot.y <= HEIGHT for dot in plot.dots)
    assert len(plot.weeks) <= 9
    assert len(plot.scores) <= 8


def test_without_baseline_there_is_no_line_to_reach():
    plot = drawing(9, baseline=None)
    assert (plot.baseline, plot.target) == (None, None)


def test_line_that_no_score_can_reach_is_not_drawn():
    assert drawing(1, baseline=1).target is None
