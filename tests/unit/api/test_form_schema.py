"""The JSON Schema of a form refuses a value if and only if the server does, as far as one value decides."""

import string
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from api.form_schema import form_schema
from assessments.rules.capture import judge_form
from tests.factories import nct_definition
from trials.rules.definition import ProtocolDefinition
from trials.rules.forms import Form, Item, ItemType

NCT = nct_definition()
ITEMS = [(form, item) for form in NCT.forms for item in form.items() if item.captured]
# What rests on other values is the server's to judge; so is the number of decimals.
BESIDE_THE_VALUE = {"not-applicable", "too-many-decimals"}
IDS = [f"{form.oid}.{item.oid}" for form, item in ITEMS]


def validator(form: Form, definition: ProtocolDefinition = NCT) -> Draft202012Validator:
    schema = form_schema(definition, form)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


VALIDATORS = {form.oid: validator(form) for form in NCT.forms}


def server_accepts(form: Form, item: Item, value: Any, definition: ProtocolDefinition = NCT) -> bool:
    judged = judge_form(
        definition, form, {item.oid: value}, elsewhere={}, visit_date=None, today=date(9999, 12, 31)
    )
    checks = {check.oid for check in form.checks}
    return not [
        fault
        for fault in judged.faults
        if fault.pointer == f"/values/{item.oid}" and fault.code not in BESIDE_THE_VALUE | checks
    ]


def codes(oid: str | None) -> list[Any]:
    codelist = NCT.codelist(oid) if oid else None
    return [entry.code for entry in codelist.codes] if codelist else []


def sent_for(item: Item) -> st.SearchStrategy[Any]:
    """Good values, near misses and nonsense.

    Left out: `1.0` for a whole number, which JSON Schema can't tell from 1 and the server refuses, and a
    code with blanks around it, which the schema refuses and the server trims.
    """
    limits = [edge for edge in (item.hard.min, item.hard.max) if edge is not None] if item.hard else []
    edges = [int(edge) + step for edge in limits for step in (-1, 0, 1)]
    reasons = st.sampled_from([*codes(item.not_done), "LAZY", 1, None])
    return st.one_of(
        st.sampled_from([*codes(item.codelist), *edges, 0, 1, -1]),
        st.integers(-(10**16), 10**16),
        st.decimals(-500, 500, places=item.decimals).filter(lambda number: number % 1 != 0),
        st.none() | st.booleans() | st.lists(st.integers(), max_size=1),
        st.fixed_dictionaries({"not_done": reasons}),
        st.dictionaries(st.sampled_from(["not_done", "why"]), reasons, max_size=2),
        words(item),
    )


def words(item: Item) -> st.SearchStrategy[str]:
    if item.type is ItemType.CHOICE:
        return st.text(string.ascii_uppercase, max_size=4)
    numbers = st.integers(-1, 99)
    day = st.builds("{:04}-{:02}-{:02}".format, st.sampled_from([0, 1, 1978, 2026, 9999]), numbers, numbers)
    month = st.builds("{:04}-{:02}".format, st.sampled_from([0, 1978]), numbers)
    clock = st.builds("{:02}:{:02}".format, numbers, numbers)
    lengths = st.sampled_from([0, 1, item.max_length - 1, item.max_length, item.max_length + 1])
    return st.one_of(
        day,
        st.dates().map(date.isoformat),
        month,
        st.sampled_from(["0000", "1978", "78", "２０２６-03-02", "2026-03-02\n"]),
        clock,
        st.builds("{}T{}{}".format, st.dates(), clock, st.sampled_from(["Z", "+08:00", "-23:59", "+24:00"])),
        st.builds("{}{}".format, st.sampled_from(["", " ", "\t", "\n "]), lengths.map(lambda n: "字" * n)),
        st.text(max_size=8),
    )


@pytest.mark.parametrize("form", NCT.forms, ids=lambda form: form.oid)
def test_schema_is_a_schema(form: Form) -> None:
    Draft202012Validator.check_schema(form_schema(NCT, form))


@pytest.mark.parametrize(("form", "item"), ITEMS, ids=IDS)
def test_schema_and_server_agree_about_one_value(form: Form, item: Item) -> None:
    @given(sent_for(item))
    def agree(value: Any) -> None:
        accepted = VALIDATORS[form.oid].is_valid({item.oid: _as_json(value)})
        assert accepted == server_accepts(form, item, value), value

    agree()


def _as_json(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


@pytest.mark.parametrize("form", NCT.forms, ids=lambda form: form.oid)
def test_derived_and_unknown_items_have_no_place_in_it(form: Form) -> None:
    derived = [item.oid for item in form.items() if not item.captured]
    for oid in [*derived, "NOSUCH"]:
        assert not VALIDATORS[form.oid].is_valid({oid: 1})
    assert VALIDATORS[form.oid].is_valid({})


def test_code_says_its_meaning_in_both_languages() -> None:
    talk = form_schema(NCT, _form("MGADL"))["properties"]["TALK"]
    code = talk["oneOf"][0]["oneOf"][0]
    assert (code["const"], code["x-title"].keys()) == (0, {"en", "zh-hans"})


def test_notes_beside_the_value_are_kept() -> None:
    vitals = form_schema(NCT, _form("VS"))["properties"]["TEMP"]
    assert (vitals["x-unit"], vitals["x-decimals"]) == ("°C", 1)
    assert vitals["x-expected-range"] == {"min": "35.5", "max": "37.9"}
    grip = form_schema(NCT, _form("QMG"))["properties"]["DIPLS"]
    assert "DIPL == 'ONSET'" in grip["x-show-when"]


def _form(oid: str) -> Form:
    form = NCT.form(oid)
    assert form
    return form
