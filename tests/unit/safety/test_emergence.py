"""Treatment-emergent: at or after the first infusion's start, to 30 days after the last; else unknown."""

import pytest

from safety.rules.emergence import treatment_emergent
from tests.adverse_events import HOSPITALISED, event
from tests.factories import SHANGHAI, utc

FIRST = utc(2026, 3, 2, 2).astimezone(SHANGHAI)  # 10:00 at the site
LAST = utc(2026, 3, 16, 2).astimezone(SHANGHAI)  # 30 days later is 15 April
RELATED = HOSPITALISED | {"caused_by_product": "POSSIBLY RELATED"}
UNRELATED = HOSPITALISED | {"caused_by_product": "DEFINITELY UNRELATED"}


def emergent(**changes) -> bool | None:
    return treatment_emergent(
        event(end_date=None, ongoing=True, **changes),
        first_infusion_at=FIRST,
        last_infusion_at=LAST,
        emergent_days=30,
    )


@pytest.mark.parametrize(
    ("start_date", "start_time", "expected"),
    [
        ("2026-03-01", None, False),
        ("2026-03-02", "09:59", False),
        ("2026-03-02", "10:00", True),
        ("2026-03-02", None, None),
        ("2026-03-03", None, True),
        ("2026-02", None, False),
        ("2026-03", None, None),
        ("2025", None, False),
        ("2026", None, None),
        ("2026-04-15", None, True),
        ("2026-04-15", "23:59", True),
        ("2026-04-16", None, False),
        ("2026-04", None, None),
        ("2026-05", None, False),
    ],
)
def test_start_against_first_and_last_infusion(start_date, start_time, expected):
    assert emergent(start_date=start_date, start_time=start_time) is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (RELATED, True),
        (HOSPITALISED | {"caused_by_product": "UNABLE TO JUDGE"}, True),
        (UNRELATED, False),
        (HOSPITALISED, None),
        ({"caused_by_product": "POSSIBLY RELATED"}, False),
        ({"caused_by_product": "POSSIBLY RELATED", "serious": None}, None),
        ({"caused_by_product": "DEFINITELY UNRELATED", "serious": None}, False),
    ],
)
def test_related_serious_event_has_no_time_limit(changes, expected):
    assert emergent(start_date="2026-09-01", **changes) is expected


def test_related_serious_event_before_the_first_infusion_is_not_emergent():
    assert emergent(start_date="2026-02-20", **RELATED) is False


def test_nothing_emerges_under_a_treatment_that_was_not_given():
    never = treatment_emergent(event(), first_infusion_at=None, last_infusion_at=None, emergent_days=30)
    assert never is False
