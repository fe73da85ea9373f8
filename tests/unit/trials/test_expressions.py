"""CEL as the protocol uses it: typed when compiled, three-valued when evaluated."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trials.rules.expressions import (
    ExpressionFault,
    Flag,
    Log,
    Map,
    Row,
    compile_expression,
    qualified_names,
)
from trials.rules.forms import ItemType
from trials.rules.partial_dates import parse_partial_date

NAMES = {
    "A": ItemType.INTEGER,
    "B": ItemType.INTEGER,
    "D": ItemType.DECIMAL,
    "E": ItemType.DECIMAL,
    "DAY": ItemType.DATE,
    "PART": ItemType.PARTIAL_DATE,
    "PART2": ItemType.PARTIAL_DATE,
    "AT": ItemType.DATETIME,
    "P": Flag,
    "Q": Flag,
    "CHOICE": ItemType.CHOICE,
    "SCR.DM.SEX": ItemType.CHOICE,
    "item": Row,
    "not_done": Map,
    "log.CM": Log,
}
SHANGHAI = timezone(timedelta(hours=8))


def value_of(text, kind=Flag, **values):
    names = {name.replace("__", "."): value for name, value in values.items()}
    return compile_expression(text, NAMES, kind=kind).evaluate(names)


def known(values):
    """Only what is known: an unknown value is absent, never null."""
    return {name: value for name, value in values.items() if value is not None}


KLEENE_AND = {
    (True, True): True, (True, False): False, (True, None): None,
    (False, True): False, (False, False): False, (False, None): False,
    (None, True): None, (None, False): False, (None, None): None,
}  # fmt: skip
KLEENE_OR = {
    (True, True): True, (True, False): True, (True, None): True,
    (False, True): True, (False, False): False, (False, None): None,
    (None, True): True, (None, False): None, (None, None): None,
}  # fmt: skip


@pytest.mark.parametrize(("pair", "answer"), KLEENE_AND.items(), ids=str)
def test_and_is_kleenes(pair, answer):
    assert value_of("P && Q", **known({"P": pair[0], "Q": pair[1]})) is answer


@pytest.mark.parametrize(("pair", "answer"), KLEENE_OR.items(), ids=str)
def test_or_is_kleenes(pair, answer):
    assert value_of("P || Q", **known({"P": pair[0], "Q": pair[1]})) is answer


@pytest.mark.parametrize(("given_", "answer"), [(True, False), (False, True), (None, None)])
def test_not_is_kleenes(given_, answer):
    assert value_of("!P", **known({"P": given_})) is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('[{}, {"a": 1}].exists(x, x.a == 1)', True),
        ('[{}, {"a": 2}].exists(x, x.a == 1)', None),
        ('[{"a": 1}, {}].exists(x, x.a == 1)', True),
        ('[{}, {"a": 2}].all(x, x.a == 1)', False),
        ('[{}, {"a": 1}].all(x, x.a == 1)', None),
        ("[].exists(x, x == 1)", False),
        ("[].all(x, x == 1)", True),
    ],
)
def test_an_unknown_row_is_absorbed_in_exists_and_all(text, answer):
    assert value_of(text) is answer


@given(st.lists(st.one_of(st.none(), st.integers(0, 3)), max_size=6), st.integers(0, 3))
def test_exists_over_a_log_is_kleenes_or_of_its_rows(rows, sought):
    log = [known({"CMDOSE": row}) for row in rows]
    answer = value_of(f"log.CM.exists(r, r.CMDOSE == {sought})", log__CM=log)
    assert answer is (True if sought in rows else None if None in rows else False)


@given(st.dictionaries(st.sampled_from("AB"), st.integers(-9, 9)))
def test_a_sum_is_known_only_where_all_its_parts_are(values):
    expected = values["A"] + values["B"] if len(values) == 2 else None
    assert value_of("A + B", ItemType.INTEGER, **values) == expected


@pytest.mark.parametrize(
    ("text", "values", "answer"),
    [
        ("P ? 1 : 2", {"P": True}, 1),
        ("P ? 1 : 2", {}, None),
        ("P ? 1 : A", {"P": True}, 1),
        ("A == 5 && unknown() ? 0 : 1", {"A": 5}, None),
        ("A == 5 && unknown() ? 0 : 1", {"A": 4}, 1),
        ("sum([1, 2, 3])", {}, 6),
        ("sum(['A', 'B'].filter(k, k in item).map(k, int(item[k])))", {"item": {"A": 4}}, 4),
        ("sum(['A', 'B'].filter(k, k in item).map(k, int(item[k])))", {"item": {}}, 0),
        ("size(['A', 'B'].filter(k, k in item))", {"item": {"B": 0}}, 1),
        ("has(not_done.A) && not_done.A == 'MG' ? 3 : A", {"not_done": {"A": "MG"}}, 3),
        ("has(not_done.A) && not_done.A == 'MG' ? 3 : A", {"not_done": {"A": "NO"}}, None),
        ("has(not_done.A) && not_done.A == 'MG' ? 3 : A", {"not_done": {}, "A": 2}, 2),
        ("A / 0", {"A": 1}, None),
    ],
)
def test_whole_numbers(text, values, answer):
    assert value_of(text, ItemType.INTEGER, **values) == answer


@pytest.mark.parametrize("text", ["D / E", "-D / E", "(D - D) / E"])
def test_division_by_zero_is_unknown_and_not_infinite(text):
    assert value_of(text, ItemType.DECIMAL, D=3.0, E=0.0) is None


@pytest.mark.parametrize(
    ("value", "answer"),
    [("44.9", False), ("44.999999", False), ("45", True), ("45.0", True), ("45.000001", True)],
)
@pytest.mark.parametrize("text", ["D >= 45.0", "item.D >= 45.0"])
def test_a_decimal_is_compared_with_its_limit_exactly(text, value, answer):
    number = Decimal(value)
    assert value_of(text, D=number, item={"D": number}) is answer
    assert value_of(text, D=float(number), item={"D": float(number)}) is answer


@pytest.mark.parametrize(
    ("text", "kind", "answer"),
    [
        ("age(DAY, DAY)", ItemType.INTEGER, 0),
        ("months_before(DAY, 1)", ItemType.DATE, date(2026, 2, 28)),
        ("days_between(months_before(DAY, 1), DAY)", ItemType.INTEGER, 31),
        ("days_between(DAY, months_before(DAY, 1))", ItemType.INTEGER, -31),
        ("DAY > months_before(DAY, 1)", Flag, True),
        ("AT", ItemType.DATETIME, datetime(2026, 3, 31, 1, 30, tzinfo=UTC)),
        ("(AT - timestamp('2026-03-30T13:31:00Z')).getHours()", ItemType.INTEGER, 11),
        ("(AT - timestamp('2026-03-30T13:30:00Z')).getHours()", ItemType.INTEGER, 12),
    ],
)
def test_dates(text, kind, answer):
    at = datetime(2026, 3, 31, 9, 30, tzinfo=SHANGHAI)
    assert value_of(text, kind, DAY=date(2026, 3, 31), AT=at) == answer


@pytest.mark.parametrize(
    ("birth", "answer"),
    [
        ("2007", True),
        ("2008", None),
        ("2008-01", True),
        ("2008-02", None),
        ("2008-02-10", True),
        ("2008-02-11", False),
        ("2008-03", False),
        ("2009", False),
    ],
)
def test_a_partial_date_decides_only_where_both_its_ends_agree(birth, answer):
    assert value_of("age(PART, DAY) >= 18", PART=parse_partial_date(birth), DAY=date(2026, 2, 10)) is answer


@given(st.sampled_from(["2025", "2025-11", "2026", "2026-02"]), st.sampled_from(["2025-12", "2026"]))
def test_two_partial_dates_are_compared_in_every_combination(start, end):
    one, other = parse_partial_date(start), parse_partial_date(end)
    certain = one.latest <= other.earliest
    impossible = one.earliest > other.latest
    answer = value_of("PART <= PART2", PART=one, PART2=other)
    assert answer is (True if certain else False if impossible else None)


def test_partial_dates_that_an_expression_does_not_mention_do_not_matter():
    many = [{"CMSTDAT": parse_partial_date("2025")} for _ in range(40)]
    assert value_of("A == 1", A=1, log__CM=many) is True


def test_too_many_partial_dates_are_unknown_and_not_guessed():
    rows = [{"CMSTDAT": parse_partial_date("2025")} for _ in range(11)]
    text = "log.CM.all(r, timestamp(r.CMSTDAT) < timestamp('2027-01-01T00:00:00Z'))"
    assert value_of(text, log__CM=rows[:10]) is True
    assert value_of(text, log__CM=rows) is None


@pytest.mark.parametrize(
    "value",
    [date(2026, 3, 2), datetime(2026, 3, 2, 8, 0, tzinfo=SHANGHAI), parse_partial_date("2026-03-02")],
    ids=str,
)
def test_a_date_in_a_row_is_read_with_timestamp(value):
    row = {"CMSTDAT": value, "CMTRT": "Aspirin"}
    text = "timestamp(r.CMSTDAT) == timestamp('2026-03-02T00:00:00Z') && r.CMTRT == 'Aspirin'"
    assert value_of(f"log.CM.exists(r, {text})", log__CM=[row]) is True
    assert value_of("timestamp(item.CMSTDAT) < timestamp('2026-03-03T00:00:00Z')", item=row) is True


def test_names_of_other_visits():
    assert value_of("SCR.DM.SEX == 'M'", SCR__DM__SEX="M") is True
    assert value_of("SCR.DM.SEX == 'M'") is None
    text = "BL.MGADL.TOTAL >= 6 && SCR.DM.SEX == 'M' || item.TOTAL > 1"
    assert qualified_names(text) == {"BL.MGADL.TOTAL", "SCR.DM.SEX"}


@pytest.mark.parametrize(
    ("text", "kind", "place", "words"),
    [
        ("D >= 6", Flag, "at 1:3", "no matching overload"),
        ("A >= 6.0", Flag, "at 1:3", "no matching overload"),
        ("A == 'x'", Flag, "at 1:3", "no matching overload"),
        ("A >= ", Flag, "at 1:6", "Syntax error"),
        ("A > 1 &&\nC > 1", Flag, "at 2:1", "undeclared reference to 'C'"),
        ("SCR.DM.AGE > 1", Flag, "at 1:7", "undeclared reference to 'SCR.DM.AGE'"),
        ("ages(DAY, DAY) > 1", Flag, "at 1:5", "undeclared reference to 'ages'"),
        ("A + B", Flag, "", "gives int, but flag is needed"),
        ("A > B", ItemType.INTEGER, "", "gives bool, but integer is needed"),
        ("item.A", ItemType.INTEGER, "", "gives dyn, but integer is needed"),
    ],
)
def test_a_fault_is_found_at_compiling_with_line_and_column(text, kind, place, words):
    with pytest.raises(ExpressionFault) as fault:
        compile_expression(text, NAMES, kind=kind)
    assert str(fault.value).startswith(place)
    assert words in str(fault.value)


def test_the_same_sentence_may_be_asked_for_two_kinds():
    assert value_of("A", ItemType.INTEGER, A=1) == 1
    with pytest.raises(ExpressionFault):
        compile_expression("A", NAMES, kind=Flag)
