"""A broken protocol folder: every fault is named with its file and line, as many at once as can be seen."""

import shutil
from pathlib import Path

import pytest

from trials.reading import PROTOCOLS, BrokenDefinition, Place, read_protocol
from trials.rules.definition import ProtocolDefinition, digest_of

SOUND = PROTOCOLS / "nct07243366"


class Draft:
    """A copy of the protocol folder in which single lines are spoilt."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def spoil(self, file: str, old: str, new: str) -> tuple[str, int]:
        """Replace the first occurrence of a text; the file and line where it stood."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        before, found, after = text.partition(old)
        assert found, f"{file} does not have {old!r}"
        path.write_text(before + new + after, encoding="utf-8")
        return file, before.count("\n") + 1

    def add(self, file: str, text: str) -> None:
        with (self.folder / file).open("a", encoding="utf-8") as lines:
            lines.write(text)

    def faults(self) -> list[Place]:
        with pytest.raises(BrokenDefinition) as broken:
            read_protocol(self.folder)
        return broken.value.places

    def the_fault(self) -> Place:
        (fault,) = self.faults()
        return fault


@pytest.fixture
def draft(tmp_path):
    return Draft(Path(shutil.copytree(SOUND, tmp_path / "draft")))


def test_a_copy_of_a_sound_protocol_is_the_same_protocol(draft):
    assert digest_of(read_protocol(draft.folder).document()) == digest_of(read_protocol(SOUND).document())


def test_comments_and_layout_do_not_change_the_digest(draft):
    digest = digest_of(read_protocol(draft.folder).document())
    draft.spoil("protocol.yaml", "enrolment_cap: 15", "# a remark\n\nenrolment_cap:   15")
    assert digest_of(read_protocol(draft.folder).document()) == digest


def test_a_change_of_content_changes_the_digest(draft):
    digest = digest_of(read_protocol(draft.folder).document())
    draft.spoil("protocol.yaml", "enrolment_cap: 15", "enrolment_cap: 16")
    assert digest_of(read_protocol(draft.folder).document()) != digest


def test_a_document_survives_storage():
    definition = read_protocol(SOUND)
    assert ProtocolDefinition.model_validate(definition.document()) == definition


MGADL = "forms/MGADL.yaml"
TALK = '{oid: TALK, label: {en: "Talking", zh-hans: "说话"}, type: integer, codelist: TALK'
SHAPE = {
    "unknown key": ("protocol.yaml", "enrolment_cap: 15", "enrolment_cup: 15", "enrolment_cup: Extra"),
    "unknown key in a form": (MGADL, "headline: TOTAL", "headlin: TOTAL", "headlin: Extra inputs"),
    "wrong type": ("protocol.yaml", "offset: 196", "offset: soon", "valid integer"),
    "wrong type of a truth": ("forms/VS.yaml", "repeats: true", "repeats: often", "valid boolean"),
    "wrong date": ("protocol.yaml", "2025-11-25", "November", "valid date"),
    "unknown item type": (MGADL, "type: choice", "type: chioce", "Input should be"),
    "unknown visit kind": ("protocol.yaml", "kind: baseline", "kind: base", "Input should be"),
    "no Chinese": (MGADL, ', zh-hans: "说话"', "", "zh-hans: Field required"),
    "blank English": (MGADL, 'en: "Talking"', 'en: " "', "at least 1 character"),
    "lower-case name": (MGADL, "oid: TALK", "oid: talk", "match pattern"),
    "choice without codes": (MGADL, "        codelist: RATER\n", "", "a choice needs a codelist"),
    "range of a text": (
        "forms/CM.yaml",
        "        max_length: 200",
        "        hard: {min: 1}",
        "a text has no range",
    ),
    "visit without timing": (
        "protocol.yaml",
        "    timing: {offset: 196, before: 7, after: 7}     # week 28\n",
        "",
        "a visit has a timing unless",
    ),
}


SENTENCES = {
    "dangling form": ("protocol.yaml", "{form: MGDX}", "{form: MGDY}", "there is no form MGDY"),
    "log at a visit": ("protocol.yaml", "{form: DM}", "{form: CM}", "CM is a log"),
    "no such infusion": (
        "protocol.yaml",
        "{form: QMG, on: [1, 3,",
        "{form: QMG, on: [13,",
        "visits that the series does not have",
    ),
    "dangling code list": (MGADL, TALK, TALK + "S", "there is no code list TALKS"),
    "codes of another type": (
        MGADL,
        TALK,
        TALK.replace("codelist: TALK", "codelist: YN"),
        "the codes of YN are not of type integer",
    ),
    "dangling reasons": (MGADL, "not_done: NDADL", "not_done: NDX", "there is no code list NDX"),
    "undeclared name": (MGADL, '"DIPL + PTOS"', '"DIPL + PTSO"', "at 1:8: undeclared reference"),
    "decimal against integer": (
        "forms/QMG.yaml",
        "ACHEIHRS >= 12",
        "ACHEIHRS >= 12.0",
        "at 1:10: found no matching overload",
    ),
    "syntax": (MGADL, '"DIPL + PTOS"', '"DIPL + "', "Syntax error"),
    "sum that is a sentence": (MGADL, '"DIPL + PTOS"', '"DIPL > PTOS"', "gives bool"),
    "sentence that is a sum": (
        "forms/QMG.yaml",
        "\"has(item.ACHEI) && ACHEI == 'Y'\"",
        '"1 + 1"',
        "gives int",
    ),
    "rule about no visit": (
        "eligibility.yaml",
        "SCR.MGDX.ACHRRES ==",
        "SCN.MGDX.ACHRRES ==",
        "undeclared reference to 'SCN.MGDX.ACHRRES'",
    ),
    "rule about a form not due": (
        "eligibility.yaml",
        "BL.MGDX.MGFACL in",
        "ET.MGDX.MGFACL in",
        "undeclared reference to 'ET.MGDX.MGFACL'",
    ),
    "rule about a repeating form": (
        "eligibility.yaml",
        "SCR.MGADL.TOTAL >= 6",
        "SCR.VS.PULSE >= 6",
        "undeclared reference to 'SCR.VS.PULSE'",
    ),
    "duplicate criterion": ("eligibility.yaml", "oid: INC-02", "oid: INC-03", "INC-03 is declared more"),
    "duplicate code list": ("codelists.yaml", "oid: YNU", "oid: SEX", "SEX is declared more than once"),
    "duplicate form": ("forms/CM.yaml", "oid: CM", "oid: DM", "DM is declared more than once"),
    "duplicate code": ("codelists.yaml", "code: HAN", "code: OTHER", "OTHER is declared more than once"),
    "duplicate check": ("forms/QMG.yaml", "oid: QMG-02", "oid: QMG-01", "QMG-01 is declared more"),
    "form due twice": ("protocol.yaml", "{form: DM}", "{form: MGDX}", "MGDX is declared more than once"),
    "duplicate item": (MGADL, "oid: CHEW,", "oid: SWAL,", "MGADL has more than one item SWAL"),
    "check of no item": ("forms/VS.yaml", "item: DIABP", "item: DIAPB", "VS has no item DIAPB"),
    "headline of no item": (MGADL, "headline: TOTAL", "headline: SUM", "MGADL has no item SUM"),
    "measure of no item": ("protocol.yaml", "item: TOTAL", "item: SUM", "MGADL has no whole number SUM"),
    "measure not at baseline": ("protocol.yaml", "baseline: BL", "baseline: B", "not due at B"),
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
        draft.spoil("protocol.yaml", "offset: 196", "offset: soon"),
        draft.spoil("eligibility.yaml", "kind: exclusion", "kind: excluded"),
        draft.spoil("codelists.yaml", "oid: YNU", "oid: ynu"),
        draft.spoil(MGADL, "type: choice", "type: chioce"),
    }
    assert {(fault.file, fault.line) for fault in draft.faults()} == spoilt


def test_all_dangling_names_and_bad_sentences_are_reported_at_once(draft):
    spoilt = {
        draft.spoil("protocol.yaml", "{form: DM}", "{form: DN}"),
        draft.spoil("eligibility.yaml", 'rule: "SCR.MGADL.TOTAL >= 6', 'rule: "SCR.MGADL.TOTAL >= 6.0'),
        draft.spoil(MGADL, '"DIPL + PTOS"', '"DIPL + PTSO"'),
        draft.spoil("forms/VS.yaml", 'expect: "DIABP < SYSBP"', 'expect: "DIABP < SYSBP +"'),
    }
    places = {(fault.file, fault.line) for fault in draft.faults()}
    assert spoilt <= places
    # DM is not due any more, so all that rests on SCR.DM dangles too
    assert {file for file, _ in places - spoilt} == {"eligibility.yaml", "forms/QMG.yaml"}


def test_yaml_faults_of_all_files_are_reported_at_once(draft):
    spoilt = {
        draft.spoil(MGADL, "headline: TOTAL", "headline: [TOTAL"),
        draft.spoil("codelists.yaml", "  - oid: YNU", "\t- oid: YNU"),
    }
    draft.add("eligibility.yaml", "criteria: []\n")
    faults = draft.faults()
    assert {fault.file for fault in faults} == {MGADL, "codelists.yaml", "eligibility.yaml"}
    assert all(abs(fault.line - line) <= 1 for file, line in spoilt for fault in faults if fault.file == file)


def test_a_key_given_twice_is_refused_at_its_line(draft):
    file, line = draft.spoil(MGADL, "headline: TOTAL", "headline: TOTAL\nheadline: OCULAR")
    fault = draft.the_fault()
    assert (fault.file, fault.line) == (file, line + 1)
    assert 'duplicate key "headline"' in fault.message


def test_a_key_given_in_two_files_is_refused(draft):
    draft.add("codelists.yaml", "criteria: []\n")
    fault = draft.the_fault()
    assert fault.file == "codelists.yaml"
    assert fault.message == "criteria is in eligibility.yaml already"


@pytest.mark.parametrize("content", ["", "- a\n- list\n", "just words\n"])
def test_a_file_that_is_no_mapping_is_refused(draft, content):
    (draft.folder / "codelists.yaml").write_text(content, encoding="utf-8")
    assert draft.the_fault() == Place("codelists.yaml", 1, "this file is not a YAML mapping")


def test_a_file_that_is_not_utf8_is_refused(draft):
    (draft.folder / "codelists.yaml").write_bytes("名".encode("gb18030"))
    assert draft.the_fault().file == "codelists.yaml"


def test_a_folder_without_a_protocol_is_refused(tmp_path):
    with pytest.raises(BrokenDefinition, match=r"protocol\.yaml:1:"):
        read_protocol(tmp_path)


def test_a_missing_part_is_named(draft):
    (draft.folder / "eligibility.yaml").unlink()
    assert str(draft.the_fault()) == "protocol.yaml:1: criteria: Field required"


def test_faults_are_listed_by_file_and_line(draft):
    draft.spoil("protocol.yaml", "kind: screening", "kind: x")
    draft.spoil("protocol.yaml", "kind: baseline", "kind: x")
    draft.spoil("eligibility.yaml", "kind: exclusion", "kind: x")
    places = [(fault.file, fault.line) for fault in draft.faults()]
    assert places == sorted(places)
    assert len(places) == 3
