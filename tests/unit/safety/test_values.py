"""What a client sends is read strictly: nothing dropped, nothing converted by guess."""

from datetime import UTC, datetime, time

import pytest

from audit.rules import InvalidValues
from audit.validation import parse
from safety.rules.values import AdverseEventValues, Coding
from tests.adverse_events import HEADACHE, event, sent


def faults(values: dict) -> list[tuple[str, str]]:
    with pytest.raises(InvalidValues) as refused:
        parse(AdverseEventValues, values)
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


def test_sound_event_is_read_whole():
    read = event(start_time="08:30", other_action="  rest ", infusion_visit="INF1")
    assert (read.term, read.start_time, read.other_action) == ("Headache", time(8, 30), "rest")
    assert read.aware_at == datetime(2026, 3, 10, 7, 0, tzinfo=UTC)


def test_questions_not_answered_are_unknown_and_not_no():
    read = event(serious=None)
    assert (read.serious, read.treated, read.led_to_discontinuation, read.caused_by_product) == (None,) * 4


@pytest.mark.parametrize("item", ["term", "start_date", "grade", "action_taken", "outcome", "aware_at"])
def test_required_item_left_out_is_refused(item):
    assert faults({key: value for key, value in HEADACHE.items() if key != item}) == [(f"/{item}", "missing")]


@pytest.mark.parametrize(
    ("item", "value", "code"),
    [
        ("severity", "mild", "extra-forbidden"),
        ("term", "   ", "string-too-short"),
        ("term", "x" * 201, "string-too-long"),
        ("term", "a\x00b", "string-pattern-mismatch"),
        ("term", 7, "string-type"),
        ("start_date", "2026-02-30", "partial-date"),
        ("start_date", "2026-2-3", "partial-date"),
        ("start_date", "03/10/2026", "partial-date"),
        ("end_date", "", "partial-date"),
        ("start_time", "24:00", "time-of-day"),
        ("start_time", "08:30+08:00", "time-of-day"),
        ("start_time", 830, "time-of-day"),
        ("grade", 0, "greater-than-equal"),
        ("grade", 6, "less-than-equal"),
        ("grade", "3", "int-type"),
        ("grade", 2.0, "int-type"),
        ("grade", True, "int-type"),
        ("serious", "Y", "bool-type"),
        ("serious", 1, "bool-type"),
        ("ongoing", None, "bool-type"),
        ("death", None, "bool-type"),
        ("outcome", "recovered/resolved", "enum"),
        ("action_taken", "DOSE INCREASED", "enum"),
        ("caused_by_product", "RELATED", "enum"),
        ("caused_by_product", "", "enum"),
        ("special_interest", "SEPSIS", "enum"),
        ("aware_at", "2026-03-10T15:00", "timezone-aware"),
        ("aware_at", "2026-03-10", "timezone-aware"),
        ("aware_at", "yesterday", "datetime-type"),
        ("aware_at", 1773126000, "datetime-type"),
        ("aware_at", "1773126000", "datetime-type"),
    ],
)
def test_unreadable_value_is_refused_at_its_item(item, value, code):
    assert faults(sent(**{item: value})) == [(f"/{item}", code)]


def test_every_fault_is_reported_at_once():
    assert faults(sent(grade=9, outcome="?", colour="red")) == [
        ("/grade", "less-than-equal"),
        ("/outcome", "enum"),
        ("/colour", "extra-forbidden"),
    ]


@pytest.mark.parametrize("value", ["2026", "2026-03", "2026-03-10"])
def test_partial_dates_are_kept_as_they_are_known(value):
    assert event(start_date=value).start_date == value


@pytest.mark.parametrize(
    ("item", "value", "code"),
    [
        ("meddra_soc", " ", "string-too-short"),
        ("meddra_pt", None, "string-type"),
        ("meddra_version", "version 27.1", "string-too-long"),
    ],
)
def test_coding_is_whole_or_refused(item, value, code):
    terms = {"meddra_version": "27.1", "meddra_llt": "Chills", "meddra_pt": "Chills", "meddra_soc": "General"}
    with pytest.raises(InvalidValues) as refused:
        parse(Coding, terms | {item: value})
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [(f"/{item}", code)]
