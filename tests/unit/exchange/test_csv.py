"""CSV as it is written: headed, marked, safe to open, and read back as it was."""

import csv
import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.csv import BOM, Heading, Table, cell, guarded, stream

HEADING = Heading(
    trial="NCT07243366-REHEARSAL",
    rehearsal=True,
    versions=(("1.1", "b" * 64), ("1.0", "a" * 64)),
    made_at=datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC),
    made_by="data-manager",
    role="data-manager",
)
FORMULAS = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1＋1",
    "＋1",
    "－1",
    "＠x",
]


def written(table: Table, heading: Heading = HEADING) -> str:
    return b"".join(stream(table, heading)).decode("utf-8")


def records(text: str) -> list[list[str]]:
    """As another program reads them: without the mark and the lines above the columns."""
    lines = list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))
    return [line for line in lines if not line[0].startswith("#")]


def unguarded(text: str) -> str:
    return text[1:] if re.match(r"'+[=+\-@\t\r\n＝＋－＠]", text) else text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (True, "Y"),
        (False, "N"),
        (0, "0"),
        (-3, "-3"),
        (36.6, "36.6"),
        (Decimal("1.5000"), "1.5000"),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2, 1, tzinfo=UTC), "2026-03-02T01:00:00+00:00"),
        ({"b": 1, "a": "是"}, '{"a": "是", "b": 1}'),
        (["x"], '["x"]'),
        ("重症肌无力", "重症肌无力"),
        ("", ""),
    ],
)
def test_cell(value, expected):
    assert cell(value) == expected


@pytest.mark.parametrize("text", FORMULAS)
def test_formula_is_written_as_text(text):
    assert cell(text) == "'" + text


@pytest.mark.parametrize("text", ["-5", "-5.25", "12", "a=b", "5-6", "O'Brien", "(=1)"])
def test_harmless_text_is_left_alone(text):
    assert cell(text) == text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_is_read_back_as_it_was(text):
    (row,) = records(written(Table("x", ("A", "B"), [("row", text)])))[1:]
    assert unguarded(row[1]) == text


@given(st.sampled_from(FORMULAS), st.integers(0, 3))
def test_guard_can_be_taken_off(text, apostrophes):
    text = "'" * apostrophes + text
    assert unguarded(guarded(text)) == text


def test_heading_says_what_it_is_and_who_made_it():
    lines = written(Table("MGADL", ("SUBJID",), [])).split("\r\n")
    assert lines[0] == BOM + "# REHEARSAL: everything here is simulated"
    assert lines[1:] == [
        "# Casebook export: MGADL",
        "# Trial: NCT07243366-REHEARSAL",
        f"# Protocol version 1.1: SHA-256 {'b' * 64}",
        f"# Protocol version 1.0: SHA-256 {'a' * 64}",
        "# Made at: 2026-11-24T01:02:03+00:00",
        "# Made by: data-manager (data-manager)",
        "SUBJID",
        "",
    ]


def test_production_is_not_called_a_rehearsal():
    production = Heading("NCT07243366", False, (), HEADING.made_at, "x", "monitor")
    assert "REHEARSAL" not in written(Table("x", ("A",), []), production)
    assert production.file_name("DM", "csv") == "NCT07243366_DM_20261124T010203Z.csv"


def test_file_name_of_a_rehearsal_says_so():
    assert "REHEARSAL" in HEADING.file_name("export", "zip")


def test_rows_are_written_as_they_are_read():
    def rows():
        yield ("first",)
        raise AssertionError("read ahead")

    pieces = stream(Table("x", ("A",), rows()), HEADING)
    assert any(b"first" in piece for piece in pieces)
