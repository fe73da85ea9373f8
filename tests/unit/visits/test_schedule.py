"""Windows on a fixed grid: every boundary, the day before and the day after."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import nct_definition
from trials.rules.events import Timing
from visits.rules.schedule import WindowStatus, compare, gap_too_short, offset_days, plan, window_of

DAY1 = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("name", "planned", "opens", "closes"),
    [
        ("SCR", "2026-02-16", "2026-02-02", "2026-03-01"),
        ("BL", "2026-03-02", "2026-02-23", "2026-03-02"),
        ("INF1", "2026-03-02", None, None),
        ("INF2", "2026-03-16", "2026-03-13", "2026-03-19"),
        ("INF5", "2026-04-27", "2026-04-24", "2026-04-30"),
        ("INF12", "2026-08-03", "2026-07-31", "2026-08-06"),
        ("EOT", "2026-08-17", "2026-08-14", "2026-08-20"),
        ("FU1", "2026-09-14", "2026-09-07", "2026-09-21"),
        ("FU2", "2026-11-09", "2026-11-02", "2026-11-16"),
        ("FU3", "2027-03-01", "2027-02-15", "2027-03-15"),
    ],
)
def test_every_visit_of_the_protocol_follows_from_day1(
    name: str, planned: str, opens: str | None, closes: str | None
) -> None:
    window = plan(list(nct_definition().plan.values()), DAY1)[name]
    if name not in ("SCR", "BL"):
        assert window.planned.isoformat() == planned
    if opens and closes:
        assert (window.opens.isoformat(), window.closes.isoformat()) == (opens, closes)


@pytest.mark.parametrize(
    ("days", "status"),
    [
        (-4, WindowStatus.OUT_EARLY),
        (-3, WindowStatus.IN_WINDOW),
        (3, WindowStatus.IN_WINDOW),
        (4, WindowStatus.OUT_LATE),
    ],
)
def test_both_limits_count_as_inside(days: int, status: WindowStatus) -> None:
    window = window_of(Timing(offset=14, before=3, after=3), DAY1)
    actual = DAY1 + timedelta(days=14 + days)
    assert compare(window, actual) is status
    assert offset_days(window, actual) == days


@pytest.mark.parametrize(("days", "short"), [(10, True), (11, False), (14, False), (-10, True), (0, True)])
def test_gap(days: int, short: bool) -> None:
    assert gap_too_short(DAY1, DAY1 + timedelta(days=days), minimum_days=11) is short


@given(
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.integers(-60, 400),
    st.integers(0, 20),
    st.integers(0, 20),
)
def test_a_planned_date_is_always_inside_its_window(day1: date, offset: int, before: int, after: int) -> None:
    window = window_of(Timing(offset=offset, before=before, after=after), day1)
    assert window.opens <= window.planned <= window.closes
    assert compare(window, window.planned) is WindowStatus.IN_WINDOW
