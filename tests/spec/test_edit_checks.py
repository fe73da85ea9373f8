"""What each form refuses (hard) and asks about (soft). All values are invented."""

from datetime import date
from typing import Any

import pytest

from tests.spec.judging import NCT, judge

MGDX = {
    "MGFACL": "IIIa",
    "ACHRSRC": "STUDY",
    "ACHRDAT": "2026-02-20",
    "ACHRMETH": "RIA",
    "ACHRRES": "POSITIVE",
    "ACHRVAL": 1.2,
    "ACHRCUT": 0.4,
    "ACHRUNIT": "nmol/L",
}
QMG: dict[str, Any] = {
    "QMRATER": "R1", "QMSTDTM": "2026-03-02T09:30+08:00", "ACHEI": "N", "HAND": "RIGHT",
    "DIPL": "NONE", "PTOSIS": "NONE", "FACE": 0, "SWALLOW": 0, "SPEECH": "NONE",
    "ARMR": 240, "ARML": 240, "FVCPCT": 90.0, "GRIPR": 50.0, "GRIPL": 50.0,
    "HEAD": 120, "LEGR": 100, "LEGL": 100,
}  # fmt: skip
VS: dict[str, Any] = {
    "VSTPT": "PRE", "VSDTM": "2026-03-02T09:45+08:00", "TEMP": 36.5, "PULSE": 72,
    "SYSBP": 120, "DIABP": 75, "RESP": 16, "OXYSAT": 98,
}  # fmt: skip
PT = {
    "PTTRT": "TAC",
    "PTOCCUR": "Y",
    "PTSTDAT": "2024-03",
    "PTONGO": "N",
    "PTENDAT": "2025-01-15",
    "PTSTOP": "LACK_OF_EFFICACY",
    "PTDOSE": 3,
    "PTDOSU": "mg",
    "PTDOSFRQ": "QD",
    "PTROUTE": "ORAL",
    "PTTROUGH": 5.1,
}
CM = {
    "CMTRT": "Paracetamol",
    "CMCAT": "PREMED",
    "CMINDC": "Premedication",
    "CMDOSE": 500,
    "CMDOSU": "mg",
    "CMDOSFRQ": "ONCE",
    "CMROUTE": "ORAL",
    "CMSTDAT": "2026-03-02",
    "CMONGO": "N",
    "CMENDAT": "2026-03-02",
}
MGADL = dict.fromkeys(["TALK", "CHEW", "SWAL", "BRTH", "BRUSH", "CHAIR", "DIPL", "PTOS"], 1)
SOUND: dict[str, dict[str, Any]] = {
    "DM": {"BRTHDAT": "1978-07-19", "SEX": "F"},
    "MGDX": MGDX,
    "MGADL": MGADL | {"MGRATER": "SELF"},
    "QMG": QMG,
    "VS": VS,
    "PT": PT,
    "CM": CM,
}


def judged(form: str, changes: dict[str, Any], **elsewhere: Any) -> Any:
    """The sound form with some items changed; a change to None leaves the item out."""
    sent = {oid: value for oid, value in (SOUND[form] | changes).items() if value is not None}
    known = {name.replace("__", "."): value for name, value in elsewhere.items()}
    return judge(form, sent, elsewhere=known)


def test_every_form_has_a_sound_example():
    assert set(SOUND) == {form.oid for form in NCT.forms}


@pytest.mark.parametrize("form", SOUND)
def test_a_sound_form_is_complete_and_asks_nothing(form):
    result = judged(form, {})
    assert (result.faults, result.findings, result.missing) == ([], [], [])


REFUSED = {
    "birth date makes 110 years": ("DM", {"BRTHDAT": "1910"}, "BRTHDAT", "DM-01"),
    "birth date in the future": ("DM", {"BRTHDAT": "2027"}, "BRTHDAT", "future-date"),
    "sex outside the list": ("DM", {"SEX": "X"}, "SEX", "not-in-codelist"),
    "age sent by a client": ("DM", {"AGE": 47}, "AGE", "derived-item"),
    "MG-ADL above 3": ("MGADL", {"TALK": 4}, "TALK", "not-in-codelist"),
    "MG-ADL of a half": ("MGADL", {"TALK": 1.5}, "TALK", "not-an-integer"),
    "MG-ADL reason of another list": ("MGADL", {"TALK": {"not_done": "NON_MG"}}, "TALK", "not-in-codelist"),
    "fraction of a second": ("QMG", {"ARMR": 89.9}, "ARMR", "not-an-integer"),
    "61 seconds to diplopia": ("QMG", {"DIPL": "ONSET", "DIPLS": 61}, "DIPLS", "out-of-range"),
    "seconds without diplopia": ("QMG", {"DIPLS": 5}, "DIPLS", "not-applicable"),
    "counting beyond 50": ("QMG", {"SPEECH": "ONSET", "SPEECHN": 51}, "SPEECHN", "out-of-range"),
    "dose after QMG": (
        "QMG",
        {"ACHEI": "Y", "ACHEIDTM": "2026-03-02T09:31+08:00"},
        "ACHEIDTM",
        "QMG-03",
    ),
    "dose without the drug": (
        "QMG",
        {"ACHEIDTM": "2026-03-01T09:30+08:00"},
        "ACHEIDTM",
        "not-applicable",
    ),
    "negative grip": ("QMG", {"GRIPR": -1}, "GRIPR", "out-of-range"),
    "diastolic equals systolic": ("VS", {"DIABP": 120}, "DIABP", "VS-01"),
    "Fahrenheit": ("VS", {"TEMP": 98.6}, "TEMP", "out-of-range"),
    "saturation above 100": ("VS", {"OXYSAT": 101}, "OXYSAT", "out-of-range"),
    "time without its offset": ("VS", {"VSDTM": "2026-03-02T09:45"}, "VSDTM", "no-offset"),
    "course ends before it starts": ("PT", {"PTENDAT": "2024-02-29"}, "PTENDAT", "PT-01"),
    "end of an ongoing course": ("PT", {"PTONGO": "Y", "PTSTOP": None}, "PTENDAT", "not-applicable"),
    "dose of a course not given": ("PT", {"PTOCCUR": "N"}, "PTDOSE", "not-applicable"),
    "trough of another drug": ("PT", {"PTTRT": "AZA"}, "PTTROUGH", "not-applicable"),
    "medication ends before it starts": ("CM", {"CMENDAT": "2026-03-01"}, "CMENDAT", "CM-01"),
    "antibody value of a cell-based assay": ("MGDX", {"ACHRMETH": "CBA"}, "ACHRVAL", "not-applicable"),
    "antibody not tested": ("MGDX", {"ACHRSRC": "NOT_TESTED"}, "ACHRRES", "not-applicable"),
}


@pytest.mark.parametrize(("form", "changes", "item", "code"), REFUSED.values(), ids=REFUSED)
def test_refused(form, changes, item, code):
    faults = judged(form, changes).faults
    assert (f"/values/{item}", code) in [(fault.pointer, fault.code) for fault in faults]


HELD = "2026-03-01T21:30+08:00"
ASKED = {
    "positive below the cut-off": ("MGDX", {"ACHRVAL": 0.39}, "MGDX-01"),
    "negative at the cut-off": ("MGDX", {"ACHRRES": "NEGATIVE", "ACHRVAL": 0.4}, "MGDX-01"),
    "onset at 50": ("QMG", {"SPEECH": "ONSET", "SPEECHN": 50}, "QMG-01"),
    "withheld for 11 h 59": ("QMG", {"ACHEI": "Y", "ACHEIDTM": "2026-03-01T21:31+08:00"}, "QMG-02"),
    "time of the dose unknown": (
        "QMG",
        {"ACHEI": "Y", "ACHEIDTM": {"not_done": "UNKNOWN"}},
        "QMG-04",
    ),
    "other percentage": ("QMG", {"FVCL": 3.0, "FVCPRED": 4.0}, "QMG-05"),
    "one attempt": ("QMG", {"GRIPN": 1}, "GRIPN-RANGE"),
    "fever": ("VS", {"TEMP": 38.0}, "TEMP-RANGE"),
    "low saturation": ("VS", {"OXYSAT": 93}, "OXYSAT-RANGE"),
}


@pytest.mark.parametrize(("form", "changes", "check"), ASKED.values(), ids=ASKED)
def test_stored_and_asked(form, changes, check):
    result = judged(form, changes)
    assert result.faults == []
    assert [finding.check for finding in result.findings] == [check]


QUIET = {
    "withheld for exactly 12 h": ("QMG", {"ACHEI": "Y", "ACHEIDTM": HELD}),
    "positive at the cut-off": ("MGDX", {"ACHRVAL": 0.4}),
    "negative below it": ("MGDX", {"ACHRRES": "NEGATIVE", "ACHRVAL": 0.399}),
    "value without cut-off": ("MGDX", {"ACHRCUT": None}),
    "percentage rounded": ("QMG", {"FVCL": 3.62, "FVCPRED": 4.0}),
    "fever just not": ("VS", {"TEMP": 37.9}),
    "course within one unknown month": ("PT", {"PTSTDAT": "2025-01", "PTENDAT": "2025-01-02"}),
    "course of one day": ("PT", {"PTSTDAT": "2025-01-02", "PTENDAT": "2025-01-02"}),
    "birth year only": ("DM", {"BRTHDAT": "1978"}),
}


@pytest.mark.parametrize(("form", "changes"), QUIET.values(), ids=QUIET)
def test_neither_refused_nor_asked(form, changes):
    result = judged(form, changes)
    assert (result.faults, result.findings) == ([], [])


def test_the_way_of_answering_and_the_rater_stay_the_same():
    other_way = judged("MGADL", {}, SCR__MGADL__MGRATER="INTERVIEWER")
    assert [finding.check for finding in other_way.findings] == ["MGADL-01"]
    assert judged("MGADL", {}, SCR__MGADL__MGRATER="SELF").findings == []
    other_rater = judged("QMG", {}, BL__QMG__QMRATER="R2")
    assert [finding.check for finding in other_rater.findings] == ["QMG-06"]
    assert judged("QMG", {}, BL__QMG__QMRATER="R1").findings == []


def test_hours_since_the_last_dose_are_whole_and_cut_off():
    hours = [
        judged("QMG", {"ACHEI": "Y", "ACHEIDTM": dose}).derived["ACHEIHRS"]
        for dose in (HELD, "2026-03-01T21:31+08:00", "2026-03-01T13:30Z", {"not_done": "UNKNOWN"})
    ]
    assert hours == [12, 11, 12, None]


def test_only_what_applies_must_be_filled_in():
    assert judged("QMG", {"DIPL": None}).missing == ["DIPL"]
    assert judged("QMG", {"DIPL": "ONSET"}).missing == ["DIPLS"]
    assert judged("QMG", {"DIPL": {"not_done": "MG_WEAKNESS"}}).missing == []
    not_given = {"PTTRT": "MMF", "PTOCCUR": "N", "PTREASND": "CONTRAINDICATION"}
    assert judge("PT", not_given).missing == []
    assert judge("PT", {"PTTRT": "MMF"}).missing == ["PTOCCUR"]
    assert judge("MGDX", {"MGFACL": "IIa", "ACHRSRC": "NOT_TESTED"}).missing == []


@pytest.mark.parametrize(
    ("birth", "age"), [("1978-07-19", 47), ("1978-03-02", 48), ("1978-04", 47), ("1978", None)]
)
def test_age_at_the_visit(birth, age):
    assert judge("DM", {"BRTHDAT": birth}, on=date(2026, 3, 2)).derived["AGE"] == age
