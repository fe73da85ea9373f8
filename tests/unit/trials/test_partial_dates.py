from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trials.rules.partial_dates import PartialDate, parse_partial_date


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("1978-07-19", date(1978, 7, 19), date(1978, 7, 19)),
        ("1978-07", date(1978, 7, 1), date(1978, 7, 31)),
        ("1978", date(1978, 1, 1), date(1978, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
    ],
)
def test_partial_date_spans_all_days_that_it_can_be(text, earliest, latest):
    assert parse_partial_date(text) == PartialDate(earliest, latest)


@pytest.mark.parametrize(
    "text",
    ["", "78", "1978-7", "1978-7-1", "1978-13", "1978-00", "2026-02-29", "0000", "UN-JUL-1978"]
    + ["1978-07-19T00:00", " 1978", "1978-", "19780719", "1978/07/19", "１９７８"],
)
def test_partial_date_refuses_anything_else(text):
    with pytest.raises(ValueError):
        parse_partial_date(text)


@given(st.dates())
def test_whole_date_is_itself(day):
    parsed = parse_partial_date(day.isoformat())
    assert parsed.is_whole
    assert parsed.earliest == day


@given(st.dates(date(1000, 1, 1)))
def test_less_known_is_a_wider_span(day):
    whole, month, year = (parse_partial_date(day.isoformat()[:length]) for length in (10, 7, 4))
    assert year.earliest <= month.earliest <= whole.earliest
    assert whole.latest <= month.latest <= year.latest
    assert not month.is_whole
