"""The criteria of NCT07243366 that forms decide: each boundary, and what is not known. No database."""

from datetime import date, timedelta
from typing import Any

import pytest

from assessments.rules.eligibility import (
    CriterionResult,
    Evaluation,
    Judged,
    Outcome,
    Overall,
    Stage,
    evaluate,
)
from tests.factories import nct_definition
from trials.rules.partial_dates import parse_partial_date

CONSENT = date(2026, 2, 10)


def evaluated(stage: Stage = Stage.SCREENING, **known: Any) -> Evaluation:
    """Names are written with `__` for `.`, as Python has it."""
    names = {name.replace("__", "."): value for name, value in known.items()}
    return evaluate(nct_definition(), stage, known=names, judgements={})


def result(oid: str, stage: Stage = Stage.SCREENING, **known: Any) -> CriterionResult:
    return next(r for r in evaluated(stage, **known).results if r.criterion.oid == oid)


def outcome(oid: str, stage: Stage = Stage.SCREENING, **known: Any) -> str:
    return result(oid, stage, **known).outcome.value


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        ("2008-02-11", "not_met"),
        ("2008-02-10", "met"),
        ("2008-02-09", "met"),
        ("1978-07-19", "met"),
        ("1960-02-11", "met"),
        ("1960-02-10", "not_met"),
        ("1961-02-10", "met"),
        ("2008", "unknown"),
        ("2008-02", "unknown"),
        ("2008-01", "met"),
        ("2008-03", "not_met"),
        ("1960", "unknown"),
        ("1961", "met"),
        ("1959", "not_met"),
    ],
)
def test_inc01_age_in_completed_years_at_consent(birth: str, expected: str) -> None:
    """18 on the birthday itself; 65 to the day before the 66th (D1); a partial date at both its ends."""
    known = {"SCR__DM__BRTHDAT": parse_partial_date(birth), "anchor__consent": CONSENT}
    assert outcome("INC-01", **known) == expected


def test_inc01_is_unknown_without_birth_date_or_consent() -> None:
    assert outcome("INC-01", anchor__consent=CONSENT) == "unknown"
    missing = result("INC-01", anchor__consent=CONSENT)
    assert missing.missing == ("SCR.DM.BRTHDAT",)
    assert missing.inputs == {"anchor.consent": CONSENT}


@pytest.mark.parametrize(
    ("mgfa", "expected"),
    [("I", "not_met"), ("IIa", "met"), ("IIb", "met"), ("IIIa", "met"), ("IIIb", "met")]
    + [("IVa", "met"), ("IVb", "met"), ("V", "not_met")],
)
def test_inc02_mgfa_class_ii_to_iv(mgfa: str, expected: str) -> None:
    assert outcome("INC-02", SCR__MGDX__MGFACL=mgfa) == expected


@pytest.mark.parametrize(
    ("screening", "baseline", "expected"),
    [
        ("IIa", "IIa", "met"),
        ("IIa", "V", "not_met"),
        ("V", "IIa", "not_met"),
        ("IIa", None, "unknown"),
        ("V", None, "not_met"),
    ],
)
def test_inc02_must_hold_at_screening_and_at_enrolment(
    screening: str, baseline: str | None, expected: str
) -> None:
    known = {"SCR__MGDX__MGFACL": screening} | ({"BL__MGDX__MGFACL": baseline} if baseline else {})
    assert outcome("INC-02", Stage.ENROLMENT, **known) == expected


@pytest.mark.parametrize(
    ("source", "answer", "expected"),
    [
        ("STUDY", "POSITIVE", "met"),
        ("STUDY", "NEGATIVE", "not_met"),
        ("STUDY", None, "unknown"),
        ("HISTORICAL", "POSITIVE", "unknown"),
        ("HISTORICAL", "NEGATIVE", "unknown"),
        ("NOT_TESTED", None, "unknown"),
    ],
)
def test_inc03_a_result_of_this_screening_decides(source: str, answer: str | None, expected: str) -> None:
    """A historical positive is not accepted (D2); nor does it fail anyone."""
    known = {"SCR__MGDX__ACHRSRC": source} | ({"SCR__MGDX__ACHRRES": answer} if answer else {})
    assert outcome("INC-03", **known) == expected


@pytest.mark.parametrize(("days", "expected"), [(-1, "not_met"), (0, "met"), (1, "met")])
def test_inc04_consent_is_signed_before_the_first_procedure(days: int, expected: str) -> None:
    known = {
        "anchor__consent": CONSENT,
        "anchor__screening": CONSENT + timedelta(days=days),
        "consent__approved": True,
    }
    assert outcome("INC-04", **known) == expected


def test_inc04_is_unknown_before_consent() -> None:
    assert outcome("INC-04", anchor__screening=CONSENT) == "unknown"


@pytest.mark.parametrize(
    ("total", "ocular", "expected"),
    [
        (5, 0, "not_met"),
        (6, 0, "met"),
        (6, 2, "met"),
        (6, 3, "not_met"),
        (7, 3, "met"),
        (7, 4, "not_met"),
        (12, 6, "not_met"),
        (13, 6, "met"),
        (0, 0, "not_met"),
    ],
)
def test_inc06_total_from_six_and_ocular_strictly_below_half(total: int, ocular: int, expected: str) -> None:
    known = {"SCR__MGADL__TOTAL": total, "SCR__MGADL__OCULAR": ocular}
    assert outcome("INC-06", **known) == expected


def test_inc06_is_unknown_without_a_total_unless_it_can_not_be_met() -> None:
    assert outcome("INC-06") == "unknown"
    assert outcome("INC-06", SCR__MGADL__OCULAR=3) == "unknown"


@pytest.mark.parametrize(
    ("screening", "baseline", "expected"), [(11, 11, "met"), (11, 5, "not_met"), (5, 11, "not_met")]
)
def test_inc06_screening_and_baseline_must_both_pass(screening: int, baseline: int, expected: str) -> None:
    """D3: baseline is formal, and the screening value must pass too."""
    known = {
        "SCR__MGADL__TOTAL": screening,
        "SCR__MGADL__OCULAR": 2,
        "BL__MGADL__TOTAL": baseline,
        "BL__MGADL__OCULAR": 2,
    }
    assert outcome("INC-06", Stage.ENROLMENT, **known) == expected


def test_a_judgement_is_unknown_until_it_is_given() -> None:
    assert outcome("INC-07") == "unknown"
    answers = {
        "INC-07": Judged(applies=True, by="dr.li", comment="failed steroids and tacrolimus"),
        "EXC-03": Judged(applies=False, by="dr.li", comment=""),
        "EXC-07": Judged(applies=True, by="dr.li", comment="can't attend"),
    }
    evaluation = evaluate(nct_definition(), Stage.SCREENING, known={}, judgements=answers)
    found = {r.criterion.oid: r for r in evaluation.results}
    assert found["INC-07"].outcome is Outcome.MET
    assert (found["EXC-03"].outcome, found["EXC-03"].passes) == (Outcome.ABSENT, True)
    assert (found["EXC-07"].outcome, found["EXC-07"].passes) == (Outcome.PRESENT, False)
    assert found["INC-07"].judged is answers["INC-07"]
    assert evaluation.overall is Overall.INELIGIBLE


def test_overall_the_worst_wins() -> None:
    assert evaluated().overall is Overall.PENDING
    assert evaluated(SCR__MGDX__MGFACL="V").overall is Overall.INELIGIBLE


def test_every_criterion_of_the_registry_is_evaluated() -> None:
    oids = [r.criterion.oid for r in evaluated().results]
    assert oids == [f"INC-0{n}" for n in range(1, 9)] + [f"EXC-0{n}" for n in range(1, 8)]
