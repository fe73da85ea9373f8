"""A broken protocol folder: every fault is named with its file and line, as many at once as can be seen."""

import shutil
from pathlib import Path

import pytest

from trials.reading import BrokenDefinition, Place, read_protocol
from trials.rules.definition import ProtocolDefinition, digest_of

SOUND = Path(__file__).parent / "second_trial"


class Draft:
    """A copy of a sound protocol folder in which single lines are spoilt."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def spoil(self, file: str, old: str, new: str) -> tuple[str, int]:
        """Replace the first occurrence of a text; the file and line where it stood."""
        path = self.folder / file
        before, found, after = path.read_text(encoding="utf-8").partition(old)
        assert found, f"{file} does not have {old!r}"
        path.write_text(before + new + after, encoding="utf-8")
        return file, before.count("\n") + 1

    def digest(self) -> str:
        return digest_of(read_protocol(self.folder).document())

    def faults(self) -> list[Place]:
        with pytest.raises(BrokenDefinition) as broken:
            read_protocol(self.folder)
        return broken.value.places

    def places(self) -> set[tuple[str, int]]:
        return {(fault.file, fault.line) for fault in self.faults()}

    def the_fault(self) -> Place:
        (fault,) = self.faults()
        return fault


@pytest.fixture
def draft(tmp_path):
    return Draft(Path(shutil.copytree(SOUND, tmp_path / "draft")))


def test_a_second_trial_is_a_second_folder():
    definition = read_protocol(SOUND)
    assert list(definition.plan) == ["SCR", "INF1", "INF2", "INF3", "UNS"]
    assert [form.oid for form in definition.logs()] == ["MEDS"]


def test_a_document_survives_storage():
    definition = read_protocol(SOUND)
    assert ProtocolDefinition.model_validate(definition.document()) == definition


def test_comments_and_layout_do_not_change_the_digest(draft):
    before = draft.digest()
    draft.spoil("protocol.yaml", "enrolment_cap: 4", "# a remark\n\nenrolment_cap:   4")
    assert draft.digest() == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("protocol.yaml", "enrolment_cap: 4", "enrolment_cap: 5"),
        ("codelists.yaml", 'en: "Much"', 'en: "A lot"'),
        ("forms/PAIN.yaml", "HEAD + BACK", "BACK + HEAD"),
    ],
)
def test_any_change_of_content_changes_the_digest(draft, file, old, new):
    before = draft.digest()
    draft.spoil(file, old, new)
    assert draft.digest() != before


PROTOCOL, CRITERIA, CODES = "protocol.yaml", "eligibility.yaml", "codelists.yaml"
PAIN, MEDS, PULSES = "forms/PAIN.yaml", "forms/MEDS.yaml", "forms/PULSES.yaml"
SHAPE = {
    "unknown key": (PROTOCOL, "enrolment_cap: 4", "enrolment_cup: 4", "enrolment_cup: Extra"),
    "unknown key in a form": (PAIN, "headline: TOTAL", "headlin: TOTAL", "headlin: Extra inputs"),
    "unknown key in a visit": (PROTOCOL, "before: 7", "befor: 7", "befor: Extra inputs"),
    "wrong type": (PROTOCOL, "offset: -7", "offset: soon", "valid integer"),
    "wrong type of a truth": (PULSES, "repeats: true", "repeats: often", "valid boolean"),
    "wrong date": (PROTOCOL, "2030-01-01", "January", "valid date"),
    "unknown item type": (PAIN, "type: choice", "type: chioce", "Input should be"),
    "unknown visit kind": (PROTOCOL, "kind: infusion", "kind: infuse", "Input should be"),
    "no Chinese": (PAIN, ', zh-hans: "头"', "", "zh-hans: Field required"),
    "blank English": (PAIN, 'en: "Head"', 'en: " "', "at least 1 character"),
    "lower-case name": (PAIN, "oid: HEAD", "oid: head", "match pattern"),
    "choice without codes": (PAIN, "        codelist: YN\n", "", "a choice needs a codelist"),
    "range of a text": (MEDS, "max_length: 80", "hard: {min: 1}", "a text has no range"),
    "hidden derived item": (PAIN, 'derive: "HEAD', 'show_when: "true", derive: "HEAD', "can't be hidden"),
    "visit without timing": (
        PROTOCOL,
        "    timing: {offset: -7, before: 7, after: 6}\n",
        "",
        "a visit has a timing unless",
    ),
}
SENTENCES = {
    "dangling form": (PROTOCOL, "{form: DEMO}", "{form: DEMU}", "there is no form DEMU"),
    "log at a visit": (PROTOCOL, "{form: DEMO}", "{form: MEDS}", "MEDS is a log"),
    "no such infusion": (PROTOCOL, "on: [1, 3]", "on: [1, 4]", "the series does not have"),
    "dangling code list": (PAIN, "codelist: PAIN", "codelist: PAYN", "there is no code list PAYN"),
    "codes of another type": (PAIN, "codelist: PAIN", "codelist: YN", "not of type integer"),
    "dangling reasons": (PAIN, "not_done: WHYNOT", "not_done: WHY", "there is no code list WHY"),
    "undeclared name": (PAIN, "HEAD + BACK", "HEAD + BECK", "at 1:8: undeclared reference to 'BECK'"),
    "decimal against integer": (PAIN, "HOURS >= 1.0", "HOURS >= 1", "at 1:7: found no matching"),
    "text against integer": (PAIN, "BACK <= HEAD", "BACK <= DRUG", "at 1:6: found no matching"),
    "syntax": (PAIN, "HEAD + BACK", "HEAD + ", "at 1:7: Syntax error"),
    "sum that is a sentence": (PAIN, "HEAD + BACK", "HEAD > BACK", "gives bool"),
    "sentence that is a sum": (PAIN, "DRUG == 'Y'", "1 + 1", "gives int"),
    "rule about no visit": (CRITERIA, "SCR.PAIN", "SCN.PAIN", "reference to 'SCN.PAIN.TOTAL'"),
    "rule about a form not due": (
        CRITERIA,
        "INF1.PAIN",
        "INF2.PAIN",
        "at 1:33: undeclared reference to 'INF2.PAIN.TOTAL'",
    ),
    "rule about a repeating form": (
        CRITERIA,
        "SCR.PAIN.TOTAL",
        "SCR.PULSES.PULSE",
        "undeclared reference to 'SCR.PULSES.PULSE'",
    ),
    "duplicate criterion": (CRITERIA, "oid: EXC-01", "oid: INC-01", "INC-01 is declared more"),
    "duplicate visit": (PROTOCOL, "oid: INF", "oid: SCR", "SCR is declared more than once"),
    "duplicate code list": (CODES, "oid: WHYNOT", "oid: YN", "YN is declared more than once"),
    "duplicate code": (CODES, "code: 1", "code: 0", "0 is declared more than once"),
    "duplicate form": (MEDS, "oid: MEDS", "oid: DEMO", "DEMO is declared more than once"),
    "duplicate item": (PAIN, "oid: BACK", "oid: HEAD", "PAIN has more than one item HEAD"),
    "duplicate check": (PAIN, "oid: PAIN-02", "oid: PAIN-01", "PAIN-01 is declared more"),
    "form due twice": (PROTOCOL, "{form: DEMO}", "{form: PULSES}", "PULSES is declared more"),
    "check of no item": (PAIN, "item: HOURS", "item: HOUR", "PAIN has no item HOUR"),
    "headline of no item": (PAIN, "headline: TOTAL", "headline: SUM", "PAIN has no item SUM"),
    "measure of no item": (PROTOCOL, "item: TOTAL", "item: SUM", "PAIN has no whole number SUM"),
    "measure not at baseline": (PROTOCOL, "baseline: SCR", "baseline: INF2", "not due at INF2"),
}
# What is missing is reported where its parent begins, a folded sentence where its key stands.
LINES_ABOVE = {
    "choice without codes": 3,
    "range of a text": 3,
    "visit without timing": 3,
    "rule about a form not due": 2,
}


@pytest.mark.parametrize("name", [*SHAPE, *SENTENCES])
def test_a_fault_names_its_file_and_line_and_says_what_is_wrong(draft, name):
    file, old, new, words = (SHAPE | SENTENCES)[name]
    _, line = draft.spoil(file, old, new)
    places = [(fault.file, fault.line) for fault in draft.faults() if words in fault.message]
    assert (file, line - LINES_ABOVE.get(name, 0)) in places


def test_all_faults_of_shape_are_reported_at_once(draft):
    spoilt = {
        draft.spoil(PROTOCOL, "offset: -7", "offset: soon"),
        draft.spoil(CRITERIA, "kind: exclusion", "kind: excluded"),
        draft.spoil(CODES, "oid: WHYNOT", "oid: whynot"),
        draft.spoil(PAIN, "type: choice", "type: chioce"),
    }
    assert draft.places() == spoilt


def test_a_bad_entry_does_not_make_its_list_faulty(draft):
    draft.spoil(PULSES, "type: integer", "type: number")
    assert "items.0.type" in draft.the_fault().message


def test_all_dangling_names_and_bad_sentences_are_reported_at_once(draft):
    spoilt = {
        draft.spoil(PROTOCOL, "{form: DEMO}", "{form: DEMU}"),
        draft.spoil(PROTOCOL, "baseline: SCR", "baseline: INF2"),
        draft.spoil(CRITERIA, "SCR.PAIN.TOTAL >= 2", "SCR.PAIN.TOTAL >= 2.0"),
        draft.spoil(PAIN, "HEAD + BACK", "HEAD + BECK"),
        draft.spoil(PAIN, "BACK <= HEAD", "BACK <= "),
    }
    assert draft.places() == spoilt


def test_yaml_faults_of_all_files_are_reported_at_once(draft):
    spoilt = {
        draft.spoil(PROTOCOL, "- oid: SCR", "\t- oid: SCR"),
        draft.spoil(CRITERIA, 'rule: "SCR', "rule: 'SCR"),
        draft.spoil(PAIN, "headline: TOTAL", "headline: [TOTAL"),
    }
    assert {file for file, _ in draft.places()} == {file for file, _ in spoilt}


def test_a_yaml_fault_names_its_line(draft):
    file, line = draft.spoil(PROTOCOL, "- oid: SCR", "\t- oid: SCR")
    fault = draft.the_fault()
    assert (fault.file, fault.line) == (file, line)
    assert "cannot start any token" in fault.message


def test_a_key_given_twice_is_refused_at_its_line(draft):
    file, line = draft.spoil(PAIN, "headline: TOTAL", "headline: TOTAL\nheadline: BACK")
    fault = draft.the_fault()
    assert (fault.file, fault.line) == (file, line + 1)
    assert 'duplicate key "headline"' in fault.message


def test_a_key_given_in_two_files_is_refused(draft):
    draft.spoil(CODES, "codelists:", "criteria: []\ncodelists:")
    assert draft.the_fault() == Place(CODES, 1, "criteria is in eligibility.yaml already")


@pytest.mark.parametrize("content", ["", "- a\n- list\n", "just words\n"])
def test_a_file_that_is_no_mapping_is_refused(draft, content):
    (draft.folder / CODES).write_text(content, encoding="utf-8")
    assert draft.the_fault() == Place(CODES, 1, "this file is not a YAML mapping")


@pytest.mark.parametrize("content", ["名".encode("gb18030"), b"a: \x00\n"])
def test_a_file_that_is_no_text_is_refused(draft, content):
    (draft.folder / CODES).write_bytes(content)
    assert draft.the_fault().file == CODES


def test_a_folder_without_a_protocol_is_refused(tmp_path):
    with pytest.raises(BrokenDefinition, match=r"protocol\.yaml:1:"):
        read_protocol(tmp_path)


def test_a_missing_part_is_named(draft):
    (draft.folder / CRITERIA).unlink()
    assert str(draft.the_fault()) == "protocol.yaml:1: criteria: Field required"


def test_faults_are_listed_by_file_and_line(draft):
    draft.spoil(PROTOCOL, "kind: screening", "kind: x")
    draft.spoil(PROTOCOL, "kind: infusion", "kind: x")
    draft.spoil(CRITERIA, "kind: exclusion", "kind: x")
    places = [(fault.file, fault.line) for fault in draft.faults()]
    assert places == sorted(places)
    assert len(places) == 3
