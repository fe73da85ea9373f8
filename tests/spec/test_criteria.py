"""The criteria that captured values decide, at their limits. All values are invented.

Source: the registry entry NCT07243366, with the decisions D1–D3 of the definition.
"""

from datetime import date

import pytest

from assessments.rules.eligibility import Outcome, Stage
from tests.spec.judging import known_from, outcome
from trials.rules.partial_dates import parse_partial_date

MET, NOT_MET, UNKNOWN = Outcome.MET, Outcome.NOT_MET, Outcome.UNKNOWN
CONSENT = date(2026, 2, 10)


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        ("2008-02-10", MET),  # 18th birthday
        ("2008-02-11", NOT_MET),
        ("1961-02-10", MET),  # 65th birthday
        ("1960-02-11", MET),  # 65 years and 364 days (D1)
        ("1960-02-10", NOT_MET),  # 66th birthday
        ("1978", MET),
        ("2007", MET),
        ("2008", UNKNOWN),
        ("2008-01", MET),
        ("2008-02", UNKNOWN),
        ("2008-03", NOT_MET),
        ("1960", UNKNOWN),
        ("1960-02", UNKNOWN),
        ("1960-03", MET),
        ("1959", NOT_MET),
    ],
)
def test_inc_01_age_at_consent(birth, expected):
    known = {"SCR.DM.BRTHDAT": parse_partial_date(birth), "anchor.consent": CONSENT}
    assert outcome("INC-01", known) is expected


def test_inc_01_is_unknown_before_consent():
    assert outcome("INC-01", {"SCR.DM.BRTHDAT": parse_partial_date("1978-07-19")}) is UNKNOWN


CLASSES = {"I": NOT_MET, "V": NOT_MET} | dict.fromkeys(["IIa", "IIb", "IIIa", "IIIb", "IVa", "IVb"], MET)


@pytest.mark.parametrize(("mgfa", "expected"), CLASSES.items())
def test_inc_02_class_at_screening(mgfa, expected):
    assert outcome("INC-02", {"SCR.MGDX.MGFACL": mgfa}) is expected


@pytest.mark.parametrize(
    ("screening", "baseline", "expected"),
    [
        ("IIIa", "IIb", MET),
        ("IIIa", "I", NOT_MET),
        ("V", "IIIa", NOT_MET),
        ("IIIa", None, UNKNOWN),
        (None, "V", NOT_MET),
        (None, None, UNKNOWN),
    ],
)
def test_inc_02_must_also_hold_at_baseline_for_enrolment(screening, baseline, expected):
    given = {"SCR.MGDX.MGFACL": screening, "BL.MGDX.MGFACL": baseline}
    known = {name: value for name, value in given.items() if value}
    assert outcome("INC-02", known, Stage.ENROLMENT) is expected


QUANTITATIVE = {"ACHRMETH": "ELISA", "ACHRVAL": 1.2, "ACHRCUT": 0.4, "ACHRUNIT": "nmol/L"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"ACHRSRC": "STUDY", "ACHRRES": "POSITIVE", **QUANTITATIVE}, MET),
        ({"ACHRSRC": "STUDY", "ACHRRES": "POSITIVE", "ACHRMETH": "CBA"}, MET),
        ({"ACHRSRC": "STUDY", "ACHRRES": "NEGATIVE"}, NOT_MET),
        ({"ACHRSRC": "STUDY"}, UNKNOWN),
        ({"ACHRSRC": "HISTORICAL", "ACHRRES": "POSITIVE"}, UNKNOWN),  # D2
        ({"ACHRSRC": "HISTORICAL", "ACHRRES": "NEGATIVE"}, UNKNOWN),
        ({"ACHRSRC": "NOT_TESTED"}, UNKNOWN),
        ({}, UNKNOWN),
    ],
)
def test_inc_03_antibody_from_a_screening_sample(given, expected):
    assert outcome("INC-03", known_from("MGDX", "SCR", given)) is expected


@pytest.mark.parametrize(
    ("consent", "approved", "screening", "expected"),
    [
        (date(2026, 2, 10), True, date(2026, 2, 12), MET),
        (date(2026, 2, 12), True, date(2026, 2, 12), MET),
        (date(2026, 2, 13), True, date(2026, 2, 12), NOT_MET),
        (date(2026, 2, 10), False, date(2026, 2, 12), NOT_MET),
        (None, None, date(2026, 2, 12), UNKNOWN),
        (date(2026, 2, 10), True, None, UNKNOWN),
    ],
)
def test_inc_04_consent_in_force_before_the_first_procedure(consent, approved, screening, expected):
    given = {
        "anchor.consent": consent,
        "consent.approved": approved,
        "anchor.screening": screening,
    }
    known = {name: value for name, value in given.items() if value is not None}
    assert outcome("INC-04", known) is expected


def adl(total: int | None, ocular: int | None, visit: str = "SCR") -> dict[str, int]:
    given = {f"{visit}.MGADL.TOTAL": total, f"{visit}.MGADL.OCULAR": ocular}
    return {name: score for name, score in given.items() if score is not None}


@pytest.mark.parametrize(
    ("total", "ocular", "expected"),
    [
        (6, 2, MET),
        (6, 3, NOT_MET),  # exactly half
        (7, 3, MET),
        (7, 4, NOT_MET),
        (12, 5, MET),
        (12, 6, NOT_MET),
        (5, 0, NOT_MET),
        (0, 0, NOT_MET),
        (None, 2, UNKNOWN),
        (None, None, UNKNOWN),
    ],
)
def test_inc_06_mg_adl_and_its_ocular_share(total, ocular, expected):
    assert outcome("INC-06", adl(total, ocular)) is expected


@pytest.mark.parametrize(
    ("screening", "baseline", "expected"),
    [
        ((8, 2), (7, 3), MET),
        ((8, 2), (5, 1), NOT_MET),
        ((5, 1), (8, 2), NOT_MET),
        ((8, 2), (None, 2), UNKNOWN),
        ((None, 2), (5, 1), NOT_MET),
    ],
)
def test_inc_06_screening_and_baseline_must_both_pass_for_enrolment(screening, baseline, expected):
    known = adl(*screening) | adl(*baseline, visit="BL")
    assert outcome("INC-06", known, Stage.ENROLMENT) is expected
    provisional = outcome("INC-06", adl(*screening))
    assert outcome("INC-06", known, Stage.SCREENING) is provisional


@pytest.mark.parametrize("criterion", ["INC-05", "INC-07", "INC-08", "EXC-01", "EXC-04", "EXC-07"])
def test_a_judgement_is_unknown_until_it_is_given(criterion):
    assert outcome(criterion, {}) is UNKNOWN
