"""MG-ADL and QMG as the published definition scores them. All values are invented.

Sources: Wolfe 1999 and Muppidi 2011 (MG-ADL); Barohn 1998 and the MGFA form of 2000 (QMG).
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.spec.judging import NCT, judge

ADL = ("TALK", "CHEW", "SWAL", "BRTH", "BRUSH", "CHAIR", "DIPL", "PTOS")
GRADES = tuple(f"G{n}" for n in range(1, 14))


def adl(*answers: int | str | None) -> dict[str, Any]:
    """Eight answers in order; None leaves one out, a text is the reason why it was not done."""
    return {
        oid: {"not_done": answer} if isinstance(answer, str) else answer
        for oid, answer in zip(ADL, answers, strict=True)
        if answer is not None
    }


MG_ADL_CASES = {
    #  TALK CHEW SWAL BRTH BRUSH CHAIR DIPL PTOS     TOTAL OCULAR BULBAR RESP LIMB ANSWERED
    "no symptoms": ((0, 0, 0, 0, 0, 0, 0, 0), (0, 0, 0, 0, 0, 8)),
    "worst": ((3, 3, 3, 3, 3, 3, 3, 3), (24, 6, 9, 3, 6, 8)),
    "mixed": ((1, 2, 0, 1, 3, 2, 0, 1), (10, 1, 3, 1, 5, 8)),
    "ocular only": ((0, 0, 0, 0, 0, 0, 3, 2), (5, 5, 0, 0, 0, 8)),
    "ocular exactly half": ((1, 1, 1, 0, 0, 0, 1, 2), (6, 3, 3, 0, 0, 8)),
    "one blank": ((1, None, 0, 1, 3, 2, 0, 1), (None, 1, None, 1, 5, 7)),
    "breathing blank": ((1, 1, 1, None, 1, 1, 1, 1), (None, 2, 3, None, 2, 7)),
    "nothing": ((None,) * 8, (None, None, None, None, None, 0)),
    "refused": ((1, 1, 1, 1, 1, "REFUSED", 1, 1), (None, 2, 3, 1, None, 7)),
    "too weak": (("MG_WEAKNESS", 1, 1, 1, 1, 1, 1, 1), (None, 2, None, 1, 2, 7)),
}


@pytest.mark.parametrize(("answers", "scores"), MG_ADL_CASES.values(), ids=MG_ADL_CASES)
def test_mg_adl(answers, scores):
    judged = judge("MGADL", adl(*answers))
    assert judged.faults == []
    assert tuple(judged.derived.values()) == scores


@given(st.tuples(*[st.one_of(st.none(), st.integers(0, 3))] * 8))
def test_mg_adl_total_is_the_sum_of_all_items_or_unknown(answers):
    derived = judge("MGADL", adl(*answers)).derived
    parts = [derived[oid] for oid in ("OCULAR", "BULBAR", "RESP", "LIMB")]
    if None in answers:
        assert derived["TOTAL"] is None
        assert None in parts
    else:
        assert derived["TOTAL"] == sum(answers) == sum(parts)
    assert derived["ANSWERED"] == 8 - answers.count(None)


BEST: dict[str, Any] = {
    "DIPL": "NONE", "PTOSIS": "NONE", "FACE": 0, "SWALLOW": 0, "SPEECH": "NONE",
    "ARMR": 240, "ARML": 240, "FVCPCT": 100.0, "GRIPR": 60.0, "GRIPL": 60.0,
    "HEAD": 120, "LEGR": 100, "LEGL": 100,
}  # fmt: skip
WORST: dict[str, Any] = {
    "DIPL": "ONSET", "DIPLS": 0, "PTOSIS": "ONSET", "PTOSISS": 0, "FACE": 3, "SWALLOW": 3,
    "SPEECH": "ONSET", "SPEECHN": 0, "ARMR": 0, "ARML": 0, "FVCPCT": 30.0,
    "GRIPR": 0, "GRIPL": 0, "HEAD": 0, "LEGR": 0, "LEGL": 0,
}  # fmt: skip
MIDDLE: dict[str, Any] = {
    "DIPL": "ONSET", "DIPLS": 45, "PTOSIS": "ONSET", "PTOSISS": 3, "FACE": 2, "SWALLOW": 1,
    "SPEECH": "ONSET", "SPEECHN": 20, "ARMR": 200, "ARML": 89, "FVCPCT": 55.5,
    "GRIPR": 28.5, "GRIPL": 12.0, "HEAD": 30, "LEGR": 31, "LEGL": 30,
}  # fmt: skip


def qmg(values: dict[str, Any], sex: str | None = "F", **changes: Any) -> dict[str, Any]:
    """The derived values of a QMG; a change to None leaves the item out."""
    sent = {oid: value for oid, value in (values | changes).items() if value is not None}
    judged = judge("QMG", sent, elsewhere={"SCR.DM.SEX": sex} if sex else {})
    assert judged.faults == []
    return judged.derived


def grades(derived: dict[str, Any]) -> tuple[int | None, ...]:
    return tuple(derived[grade] for grade in GRADES)


def scores(derived: dict[str, Any]) -> dict[str, Any]:
    names = ("TOTAL", "OCULAR", "BULBAR", "RESP", "GROSS", "ANSWERED", "PARTSUM")
    return {name: derived[name] for name in names}


@pytest.mark.parametrize(
    ("values", "sex", "expected", "total", "domains"),
    [
        (BEST, "M", (0,) * 13, 0, (0, 0, 0, 0)),
        (BEST, "F", (0,) * 13, 0, (0, 0, 0, 0)),
        (WORST, "M", (3,) * 13, 39, (9, 6, 3, 21)),
        (MIDDLE, "F", (1, 2, 2, 1, 2, 1, 2, 2, 1, 1, 1, 1, 2), 19, (5, 3, 2, 9)),
        (MIDDLE, "M", (1, 2, 2, 1, 2, 1, 2, 2, 1, 2, 1, 1, 2), 20, (5, 3, 2, 10)),
    ],
)
def test_qmg(values, sex, expected, total, domains):
    derived = qmg(values, sex)
    assert grades(derived) == expected
    assert scores(derived) == {
        "TOTAL": total,
        **dict(zip(("OCULAR", "BULBAR", "RESP", "GROSS"), domains, strict=True)),
        "ANSWERED": 13,
        "PARTSUM": total,
    }


# Each limit with the value just below it: grade, item, and value → grade from best to worst.
LIMITS = {
    "G1": ("DIPLS", {60: 1, 11: 1, 10: 2, 1: 2, 0: 3}),
    "G2": ("PTOSISS", {60: 1, 11: 1, 10: 2, 1: 2, 0: 3}),
    "G3": ("FACE", {0: 0, 1: 1, 2: 2, 3: 3}),
    "G4": ("SWALLOW", {0: 0, 1: 1, 2: 2, 3: 3}),
    "G5": ("SPEECHN", {49: 1, 30: 1, 29: 2, 10: 2, 9: 3, 0: 3}),
    "G6": ("ARMR", {999: 0, 240: 0, 239: 1, 90: 1, 89: 2, 10: 2, 9: 3, 0: 3}),
    "G7": ("ARML", {999: 0, 240: 0, 239: 1, 90: 1, 89: 2, 10: 2, 9: 3, 0: 3}),
    "G8": ("FVCPCT", {120: 0, 80: 0, 79.9: 1, 79.4: 1, 65: 1, 64.9: 2, 50: 2, 49.9: 3, 0: 3}),
    "G11": ("HEAD", {999: 0, 120: 0, 119: 1, 30: 1, 29: 2, 1: 2, 0: 3}),
    "G12": ("LEGR", {999: 0, 100: 0, 99: 1, 31: 1, 30: 2, 1: 2, 0: 3}),
    "G13": ("LEGL", {999: 0, 100: 0, 99: 1, 31: 1, 30: 2, 1: 2, 0: 3}),
}
GRIP_LIMITS = {
    ("G9", "GRIPR", "M"): {45: 0, 44.9: 1, 15: 1, 14.9: 2, 5: 2, 4.9: 3, 0: 3},
    ("G9", "GRIPR", "F"): {30: 0, 29.9: 1, 10: 1, 9.9: 2, 5: 2, 4.9: 3, 0: 3},
    ("G10", "GRIPL", "M"): {35: 0, 34.9: 1, 15: 1, 14.9: 2, 5: 2, 4.9: 3, 0: 3},
    ("G10", "GRIPL", "F"): {25: 0, 24.9: 1, 10: 1, 9.9: 2, 5: 2, 4.9: 3, 0: 3},
}
ROWS = [
    *((g, item, "F", value, grade) for g, (item, row) in LIMITS.items() for value, grade in row.items()),
    *((*key, value, grade) for key, row in GRIP_LIMITS.items() for value, grade in row.items()),
]


@pytest.mark.parametrize(("grade", "item", "sex", "value", "expected"), ROWS)
def test_qmg_grade_at_its_limits(grade, item, sex, value, expected):
    assert qmg(MIDDLE, sex, **{item: value})[grade] == expected


@pytest.mark.parametrize(
    ("grade", "choice", "number"),
    [("G1", "DIPL", "DIPLS"), ("G2", "PTOSIS", "PTOSISS"), ("G5", "SPEECH", "SPEECHN")],
)
def test_none_is_its_own_choice_and_onset_needs_its_number(grade, choice, number):
    assert qmg(MIDDLE, **{choice: "NONE", number: None})[grade] == 0
    assert qmg(MIDDLE, **{number: None})[grade] is None
    assert qmg(MIDDLE, **{choice: None, number: None})[grade] is None


def test_speech_that_begins_exactly_at_50_has_no_grade_and_is_asked_about():
    judged = judge("QMG", MIDDLE | {"SPEECHN": 50}, elsewhere={"SCR.DM.SEX": "F"})
    assert judged.derived["G5"] is judged.derived["TOTAL"] is None
    assert [finding.check for finding in judged.findings] == ["QMG-01"]


RAW = {
    "DIPL": "G1", "PTOSIS": "G2", "FACE": "G3", "SWALLOW": "G4", "SPEECH": "G5", "ARMR": "G6",
    "ARML": "G7", "FVCPCT": "G8", "GRIPR": "G9", "GRIPL": "G10", "HEAD": "G11", "LEGR": "G12",
    "LEGL": "G13",
}  # fmt: skip


@pytest.mark.parametrize(("item", "grade"), RAW.items())
def test_what_mg_makes_impossible_is_grade_3(item, grade):
    derived = qmg(BEST, sex=None if item.startswith("GRIP") else "F", **{item: {"not_done": "MG_WEAKNESS"}})
    assert derived[grade] == 3


@pytest.mark.parametrize(("item", "grade"), RAW.items())
def test_what_another_cause_prevents_has_no_grade_and_leaves_no_total(item, grade):
    derived = qmg(BEST, **{item: {"not_done": "NON_MG"}})
    assert derived[grade] is derived["TOTAL"] is None
    assert (derived["ANSWERED"], derived["PARTSUM"]) == (12, 0)


def test_both_causes_together():
    changes = {"ARMR": {"not_done": "MG_WEAKNESS"}, "FVCPCT": {"not_done": "NON_MG"}}
    assert scores(qmg(BEST, **changes)) == {
        "TOTAL": None,
        "OCULAR": 0,
        "BULBAR": 0,
        "RESP": None,
        "GROSS": 3,
        "ANSWERED": 12,
        "PARTSUM": 3,
    }


def test_grip_is_not_graded_while_the_sex_is_unknown():
    derived = qmg(BEST, sex=None)
    assert derived["G9"] is derived["G10"] is derived["GROSS"] is derived["TOTAL"] is None
    assert derived["ANSWERED"] == 11


def test_a_qmg_without_any_value_has_nothing_graded():
    derived = qmg({})
    assert set(grades(derived)) == {None}
    assert (derived["TOTAL"], derived["ANSWERED"], derived["PARTSUM"]) == (None, 0, 0)


MEASURED = {grade: item for grade, (item, _) in LIMITS.items() if grade in ("G6", "G8", "G11", "G12")}
STRENGTH = st.integers(0, 120)


@given(STRENGTH, STRENGTH, st.sampled_from([*MEASURED.items(), ("G9", "GRIPR"), ("G10", "GRIPL")]))
def test_more_strength_is_never_a_worse_grade(one, other, row):
    grade, item = row
    weaker, stronger = sorted((one, other))
    assert qmg(MIDDLE, **{item: stronger})[grade] <= qmg(MIDDLE, **{item: weaker})[grade]


@given(st.sets(st.sampled_from(sorted(RAW)), max_size=5))
def test_qmg_total_is_the_sum_of_all_grades_or_unknown(left_out):
    followers = {"DIPL": "DIPLS", "PTOSIS": "PTOSISS", "SPEECH": "SPEECHN"}
    blank = left_out | {followers[item] for item in left_out & set(followers)}
    derived = qmg(MIDDLE, **dict.fromkeys(blank))
    known = [grade for grade in grades(derived) if grade is not None]
    assert derived["TOTAL"] == (None if left_out else sum(known))
    assert derived["PARTSUM"] == sum(known)
    assert derived["ANSWERED"] == len(known) == 13 - len(left_out)


def test_every_derived_item_is_an_item_of_its_form():
    for form, derived in (("MGADL", judge("MGADL", {}).derived), ("QMG", qmg({}))):
        assert list(derived) == [item.oid for item in NCT.form(form).items() if not item.captured]
