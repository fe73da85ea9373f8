"""Which reminder holds on which day of a visit's window."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.rules.reminders import CLOSED_MATTERS_DAYS, ReminderStage, stage
from visits.rules.schedule import Window

PLANNED = date(2026, 3, 16)
INFUSION = Window(PLANNED, PLANNED - timedelta(days=3), PLANNED + timedelta(days=3))
DAY1 = Window(PLANNED, PLANNED, PLANNED)
TWO_DAYS = Window(PLANNED, PLANNED, PLANNED + timedelta(days=1))
LEAD = 3


def on(offset: int) -> date:
    return PLANNED + timedelta(days=offset)


@pytest.mark.parametrize(
    ("window", "offset", "expected"),
    [
        (INFUSION, -7, None),
        (INFUSION, -6, ReminderStage.OPENS_SOON),
        (INFUSION, -4, ReminderStage.OPENS_SOON),
        (INFUSION, -3, ReminderStage.OPENS_TODAY),
        (INFUSION, -2, ReminderStage.OPENS_TODAY),
        (INFUSION, 1, ReminderStage.OPENS_TODAY),
        (INFUSION, 2, ReminderStage.CLOSES_TOMORROW),
        (INFUSION, 3, ReminderStage.CLOSES_TOMORROW),
        (INFUSION, 4, ReminderStage.CLOSED),
        (INFUSION, 3 + CLOSED_MATTERS_DAYS, ReminderStage.CLOSED),
        (INFUSION, 4 + CLOSED_MATTERS_DAYS, None),
        (DAY1, -1, ReminderStage.OPENS_SOON),
        (DAY1, 0, ReminderStage.OPENS_TODAY),
        (DAY1, 1, ReminderStage.CLOSED),
        (TWO_DAYS, 0, ReminderStage.OPENS_TODAY),
        (TWO_DAYS, 1, ReminderStage.CLOSES_TOMORROW),
        (TWO_DAYS, 2, ReminderStage.CLOSED),
    ],
)
def test_stage_on_a_day(window, offset, expected):
    assert stage(window, on(offset), LEAD) is expected


windows = st.builds(
    lambda planned, before, after: Window(
        planned, planned - timedelta(days=before), planned + timedelta(days=after)
    ),
    st.dates(date(2025, 1, 1), date(2028, 1, 1)),
    st.integers(0, 28),
    st.integers(0, 28),
)
leads = st.integers(1, 14)


@given(windows, leads)
def test_stages_follow_in_order_and_each_comes_once(window, lead):
    days = [window.opens + timedelta(days=n) for n in range(-lead - 2, 75)]
    seen = [stage(window, day, lead) for day in days]
    changes = [new for old, new in zip([None, *seen], seen, strict=False) if new is not old]
    order = [*ReminderStage, None]
    assert [order.index(each) for each in changes] == sorted({order.index(each) for each in changes})


@given(windows, leads, st.integers(-60, 90))
def test_stage_never_says_what_is_untrue_on_the_day(window, lead, offset):
    today = window.planned + timedelta(days=offset)
    holds = {
        None: today < window.opens - timedelta(days=lead)
        or today > window.closes + timedelta(days=CLOSED_MATTERS_DAYS),
        ReminderStage.OPENS_SOON: window.opens - timedelta(days=lead) <= today < window.opens,
        ReminderStage.OPENS_TODAY: window.opens <= today <= window.closes,
        ReminderStage.CLOSES_TOMORROW: window.opens < today <= window.closes,
        ReminderStage.CLOSED: today > window.closes,
    }
    assert holds[stage(window, today, lead)]


@given(windows, leads)
def test_window_of_any_length_is_announced_before_it_closes(window, lead):
    inside = [
        stage(window, window.opens + timedelta(days=n), lead)
        for n in range((window.closes - window.opens).days + 1)
    ]
    assert inside[0] is ReminderStage.OPENS_TODAY
    assert None not in inside
