"""One form judged: types, ranges, what applies, what follows, what is asked. No database."""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.rules.capture import Judged, judge_form, missing_faults
from tests.factories import nct_definition
from trials.rules.definition import ProtocolDefinition

TODAY = date(2026, 3, 2)


def words(text: str) -> dict[str, str]:
    return {"en": text, "zh-hans": "字"}


FORM = {
    "oid": "F",
    "label": words("Form"),
    "groups": [
        {
            "oid": "G",
            "label": words("Group"),
            "items": [
                {"oid": "TXT", "label": words("Text"), "type": "text", "max_length": 5, "required": False},
                {"oid": "INT", "label": words("Integer"), "type": "integer", "hard": {"min": 0, "max": 9}},
                {
                    "oid": "DEC",
                    "label": words("Decimal"),
                    "type": "decimal",
                    "decimals": 1,
                    "hard": {"min": "0.5"},
                    "soft": {"max": "44.9"},
                    "unit": "kg",
                    "not_done": "WHY",
                },
                {"oid": "DAY", "label": words("Day"), "type": "date", "required": False},
                {"oid": "PART", "label": words("Part"), "type": "partial-date", "required": False},
                {"oid": "TIM", "label": words("Time"), "type": "time", "required": False},
                {"oid": "MOM", "label": words("Moment"), "type": "datetime", "required": False},
                {"oid": "PICK", "label": words("Pick"), "type": "choice", "codelist": "YN"},
                {
                    "oid": "MORE",
                    "label": words("More"),
                    "type": "integer",
                    "show_when": "PICK == 'Y'",
                },
                {"oid": "TWICE", "label": words("Twice"), "type": "integer", "derive": "INT * 2"},
                {"oid": "FOUR", "label": words("Four"), "type": "integer", "derive": "TWICE * 2"},
            ],
        }
    ],
    "checks": [
        {
            "oid": "CH-01",
            "expect": "INT != 7",
            "message": words("Seven?"),
            "severity": "soft",
            "item": "INT",
        },
        {
            "oid": "CH-02",
            "expect": "INT != 8 || PICK != 'Y'",
            "message": words("Eight excludes yes."),
            "severity": "hard",
            "item": "INT",
        },
    ],
}
CODELISTS = [
    {"oid": "YN", "codes": [{"code": "Y", "label": words("Yes")}, {"code": "N", "label": words("No")}]},
    {"oid": "WHY", "codes": [{"code": "REFUSED", "label": words("Refused")}]},
]


@lru_cache
def definition() -> ProtocolDefinition:
    document = nct_definition().document()
    events = [event | {"forms": []} for event in document["events"]]
    return ProtocolDefinition.model_validate(
        document
        | {
            "forms": [FORM],
            "codelists": CODELISTS,
            "events": events,
            "measures": [],
            "criteria": document["criteria"],
        }
    )


def judged(**sent: Any) -> Judged:
    form = definition().form("F")
    assert form is not None
    return judge_form(definition(), form, sent, elsewhere={}, visit_date=TODAY, today=TODAY)


def faults(**sent: Any) -> set[tuple[str, str]]:
    return {(fault.pointer, fault.code) for fault in judged(**sent).faults}


@pytest.mark.parametrize(
    ("item", "value", "stored"),
    [
        ("TXT", " ab ", "ab"),
        ("INT", 0, 0),
        ("INT", 9, 9),
        ("DEC", Decimal("44.9"), 44.9),
        ("DEC", 1, 1.0),
        ("DEC", 0.5, 0.5),
        ("DAY", "2026-03-02", "2026-03-02"),
        ("PART", "2026", "2026"),
        ("PART", "2026-02", "2026-02"),
        ("TIM", "07:05", "07:05"),
        ("MOM", "2026-03-02T09:30+08:00", "2026-03-02T09:30+08:00"),
        ("PICK", "Y", "Y"),
    ],
)
def test_a_sound_value_is_kept_as_it_was_given(item: str, value: Any, stored: Any) -> None:
    answer = judged(**{item: value})
    assert not answer.faults
    assert answer.values == {item: stored}


@pytest.mark.parametrize(
    ("item", "value", "code"),
    [
        ("NOPE", 1, "unknown-item"),
        ("TWICE", 2, "derived-item"),
        ("INT", None, "null"),
        ("INT", "1", "not-an-integer"),
        ("INT", 1.0, "not-an-integer"),
        ("INT", True, "not-an-integer"),
        ("INT", 10**30, "too-large"),
        ("INT", 10, "out-of-range"),
        ("INT", -1, "out-of-range"),
        ("INT", {"not_done": "REFUSED"}, "must-be-done"),
        ("INT", [1], "not-an-integer"),
        ("DEC", "1", "not-a-number"),
        ("DEC", True, "not-a-number"),
        ("DEC", Decimal("0.45"), "too-many-decimals"),
        ("DEC", Decimal("0.4"), "out-of-range"),
        ("DEC", float("nan"), "not-a-number"),
        ("DEC", float("inf"), "not-a-number"),
        ("DEC", Decimal("1E+400"), "too-large"),
        ("DEC", {"not_done": "TIRED"}, "not-in-codelist"),
        ("DEC", {"not_done": None}, "not-in-codelist"),
        ("DEC", {}, "not-in-codelist"),
        ("DEC", {"not_done": "REFUSED", "value": 1}, "not-in-codelist"),
        ("TXT", "", "not-a-text"),
        ("TXT", 5, "not-a-text"),
        ("TXT", "sixsix", "too-long"),
        ("TXT", "a\x00b", "control-character"),
        ("TXT", "a\u202eb", "control-character"),
        ("DAY", "2026-03-03", "future-date"),
        ("DAY", "2026-02-30", "not-a-date"),
        ("DAY", "20260302", "not-a-date"),
        ("DAY", "2026-03", "not-a-date"),
        ("DAY", 20260302, "not-a-date"),
        ("PART", "2027", "future-date"),
        ("PART", "2026-13", "not-a-date"),
        ("PART", "26", "not-a-date"),
        ("TIM", "24:00", "not-a-time"),
        ("TIM", "7:05", "not-a-time"),
        ("MOM", "2026-03-02T09:30", "no-offset"),
        ("MOM", "yesterday", "not-a-datetime"),
        ("PICK", "y", "not-in-codelist"),
        ("PICK", 1, "not-a-text"),
    ],
)
def test_a_value_that_its_item_does_not_allow_is_refused(item: str, value: Any, code: str) -> None:
    answer = judged(**{item: value})
    assert [(f.pointer, f.code) for f in answer.faults] == [(f"/values/{item}", code)]
    assert item not in answer.values


def test_every_fault_is_reported_at_once() -> None:
    assert faults(INT=99, PICK="?", NOPE=1) == {
        ("/values/INT", "out-of-range"),
        ("/values/PICK", "not-in-codelist"),
        ("/values/NOPE", "unknown-item"),
    }


def test_pointers_escape_what_json_pointer_escapes() -> None:
    form = definition().form("F")
    assert form is not None
    answer = judge_form(definition(), form, {"a/b~c": 1}, elsewhere={}, visit_date=None, today=TODAY)
    assert answer.faults[0].pointer == "/values/a~1b~0c"


def test_not_done_is_a_value_of_its_own() -> None:
    answer = judged(DEC={"not_done": "REFUSED"})
    assert (answer.values, answer.not_done) == ({}, {"DEC": "REFUSED"})
    assert "DEC" not in answer.missing


def test_an_item_that_does_not_apply_must_be_empty() -> None:
    assert ("/values/MORE", "not-applicable") in faults(PICK="N", MORE=1)
    assert judged(PICK="N").hidden == {"MORE"}


def test_an_item_whose_condition_is_unknown_is_neither_hidden_nor_refused() -> None:
    answer = judged(MORE=1)
    assert not answer.faults
    assert not answer.hidden
    assert "MORE" not in answer.missing


def test_derived_items_follow_and_build_on_each_other() -> None:
    assert judged(INT=3).derived == {"TWICE": 6, "FOUR": 12}


def test_what_can_not_be_known_is_empty() -> None:
    assert judged().derived == {"TWICE": None, "FOUR": None}


def test_a_soft_range_asks_and_stores() -> None:
    answer = judged(DEC=45)
    assert answer.values["DEC"] == 45.0
    assert [(f.check, f.item) for f in answer.findings] == [("DEC-RANGE", "DEC")]
    assert not judged(DEC=Decimal("44.9")).findings


def test_a_soft_check_asks_and_an_unknown_one_does_not() -> None:
    assert [f.check for f in judged(INT=7).findings] == ["CH-01"]
    assert not judged().findings


def test_a_hard_check_refuses() -> None:
    assert ("/values/INT", "CH-02") in faults(INT=8, PICK="Y")
    assert not faults(INT=8, PICK="N")


def test_a_complete_form_names_what_it_lacks() -> None:
    answer = judged(PICK="Y", INT=1)
    assert set(answer.missing) == {"DEC", "MORE"}
    assert {f.pointer for f in missing_faults(answer)} == {"/values/DEC", "/values/MORE"}


@given(
    st.dictionaries(
        st.text(max_size=6),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
            ),
            max_leaves=6,
        ),
        max_size=6,
    )
)
def test_whatever_is_sent_gets_an_answer(sent: dict[str, Any]) -> None:
    """Hostile content may be refused, but never breaks the judgement."""
    form = definition().form("F")
    assert form is not None
    answer = judge_form(definition(), form, sent, elsewhere={}, visit_date=TODAY, today=TODAY)
    assert len(answer.faults) == len({f.pointer for f in answer.faults})
    assert set(answer.values) | set(answer.not_done) <= {item.oid for item in form.items()}


@given(st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1), st.integers(min_value=0, max_value=1))
def test_a_decimal_survives_storage_exactly(digits: int, places: int) -> None:
    """Up to 15 significant digits, reading back the stored double gives the very decimal that was sent."""
    sent = Decimal(digits).scaleb(-places)
    if sent < Decimal("0.5"):
        return
    assert Decimal(repr(judged(DEC=sent).values["DEC"])) == sent
