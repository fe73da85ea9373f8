from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trials.rules.dates import completed_years, months_before, study_day

DAYS = st.dates(date(1930, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        (date(1978, 7, 19), date(2026, 2, 10), 47),
        (date(1978, 7, 19), date(2026, 7, 18), 47),
        (date(1978, 7, 19), date(2026, 7, 19), 48),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2026, 2, 10), date(2026, 2, 10), 0),
    ],
)
def test_age_in_completed_years(birth, on, years):
    assert completed_years(birth, on) == years


@given(DAYS, st.integers(0, 100))
def test_age_changes_only_once_a_year(birth, years):
    first = date(birth.year + years, 3, 1) if (birth.month, birth.day) == (2, 29) else None
    birthday = first or birth.replace(year=birth.year + years)
    assert completed_years(birth, birthday) == years
    assert completed_years(birth, birthday - timedelta(days=1)) == years - 1


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 3, 5), 6, date(2025, 9, 5)),
        (date(2026, 2, 12), 3, date(2025, 11, 12)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 1, 15), 12, date(2025, 1, 15)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
    ],
)
def test_months_before_keeps_the_day_or_takes_the_months_last(day, months, before):
    assert months_before(day, months) == before


@given(DAYS, st.integers(0, 120))
def test_months_before_lands_in_the_right_month(day, months):
    before = months_before(day, months)
    assert (day.year * 12 + day.month) - (before.year * 12 + before.month) == months
    assert before.day == day.day or (before.day < day.day and (before + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(2026, 2, 28), -2),
        (date(2026, 3, 1), -1),
        (date(2026, 3, 2), 1),
        (date(2026, 3, 3), 2),
        (date(2026, 3, 16), 15),
    ],
)
def test_study_day_has_no_day_zero(day, number):
    assert study_day(day, date(2026, 3, 2)) == number


@given(DAYS, DAYS)
def test_study_day_is_never_zero(day, day1):
    assert study_day(day, day1) != 0
