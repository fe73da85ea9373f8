"""The commands of who keeps a site: thin, with every refusal in words and a failing exit."""

import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.utils import timezone
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from accounts.models import AccessToken
from accounts.selectors import user_of_token
from subjects.models import Subject
from tests.factories import make_staff
from trials.models import ProtocolVersion, Trial
from trials.reading import PROTOCOLS
from trials.rules.roles import Role
from workbench.management.told import Bar, refusals_told

FOLDER = PROTOCOLS / "nct07243366"


def run(*words: str, **options) -> tuple[str, str]:
    said, complained = StringIO(), StringIO()
    call_command(*words, stdout=said, stderr=complained, **options)
    return said.getvalue(), complained.getvalue()


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A copy of the protocol with a fault in two files."""
    folder = tmp_path / "broken"
    shutil.copytree(FOLDER, folder)
    for name, right, wrong in [
        ("eligibility.yaml", "SCR.MGADL.TOTAL >= 6", "SCR.MGADL.TOTAL >= 6.0"),
        ("protocol.yaml", "- {form: DM}", "- {form: DMX}"),
    ]:
        text = (folder / name).read_text(encoding="utf-8")
        assert right in text
        (folder / name).write_text(text.replace(right, wrong), encoding="utf-8")
    return folder


@pytest.mark.django_db
def test_publish_says_trial_version_and_digest():
    said, _ = run("publish", "NCT07243366")
    version = ProtocolVersion.objects.select_related("trial").get()
    assert said.splitlines() == [f"NCT07243366 version {version.version}", f"SHA-256 {version.digest}"]


@pytest.mark.django_db
def test_publish_of_a_rehearsal_is_a_trial_of_its_own():
    run("publish", str(FOLDER))
    run("publish", str(FOLDER), "--rehearsal")
    run("publish", str(FOLDER), "--rehearsal")
    assert list(Trial.objects.order_by("code").values_list("code", "kind")) == [
        ("NCT07243366", "production"),
        ("NCT07243366-REHEARSAL", "rehearsal"),
    ]


@pytest.mark.django_db
def test_publish_of_a_broken_protocol_names_every_fault_and_stores_nothing(broken):
    complained = StringIO()
    with pytest.raises(CommandError, match="Faults: ") as refusal:
        call_command("publish", str(broken), stderr=complained)
    said = complained.getvalue()
    assert f"{broken}/eligibility.yaml:" in said
    assert f"{broken}/protocol.yaml:" in said
    assert "there is no form DMX" in said
    assert refusal.value.returncode == 1
    assert not Trial.objects.exists()


@pytest.mark.django_db
def test_publish_of_other_content_under_a_published_version_is_refused(broken):
    run("publish", "nct07243366")
    shutil.copytree(FOLDER, broken, dirs_exist_ok=True)
    other = broken / "protocol.yaml"
    other.write_text(
        other.read_text(encoding="utf-8").replace("enrolment_cap: 15", "enrolment_cap: 20"), encoding="utf-8"
    )
    with pytest.raises(CommandError, match="is published and can't change"):
        call_command("publish", str(broken))


def test_check_protocol_says_that_it_is_sound():
    said, _ = run("check_protocol", "nct07243366")
    assert said.startswith("NCT07243366 version 1.0 is sound")


def test_check_protocol_names_file_and_line(broken):
    complained = StringIO()
    with pytest.raises(CommandError):
        call_command("check_protocol", str(broken), stderr=complained)
    lines = [line for line in complained.getvalue().splitlines() if "DMX" in line]
    number = int(lines[0].removeprefix(f"{broken}/protocol.yaml:").split(":")[0])
    assert "DMX" in (broken / "protocol.yaml").read_text(encoding="utf-8").splitlines()[number - 1]


def test_unknown_protocol_is_refused_with_what_there_is():
    with pytest.raises(CommandError, match="nct07243366"):
        call_command("check_protocol", "NCT00000000")


SCHEMAS = {
    "protocol.yaml": [FOLDER / "protocol.yaml"],
    "eligibility.yaml": [FOLDER / "eligibility.yaml"],
    "codelists.yaml": [FOLDER / "codelists.yaml"],
    "forms/*.yaml": sorted((FOLDER / "forms").glob("*.yaml")),
    "rehearsal.yaml": [FOLDER / "rehearsal.yaml"],
}


def faults(file: str, document: object) -> list[str]:
    said, _ = run("protocol_schema", file)
    schema = json.loads(said)
    Draft202012Validator.check_schema(schema)
    return [error.message for error in Draft202012Validator(schema).iter_errors(document)]


def document_of(path: Path) -> object:
    """As an editor sees it: JSON, in which a date is text."""
    return json.loads(json.dumps(YAML(typ="safe").load(path), default=str))


@pytest.mark.parametrize("file", SCHEMAS)
def test_schema_accepts_the_protocol(file):
    assert [faults(file, document_of(path)) for path in SCHEMAS[file]] == [[] for _ in SCHEMAS[file]]


@pytest.mark.parametrize("file", SCHEMAS)
def test_schema_refuses_an_unknown_key(file):
    document = document_of(SCHEMAS[file][0])
    assert faults(file, {**document, "surprise": 1})


@pytest.mark.django_db
def test_rehearse_fills_the_only_rehearsal():
    run("publish", "nct07243366", "--rehearsal")
    said, _ = run("rehearse", "--subjects", "1", "--weeks", "2", "--until", "2026-11-20")
    assert Subject.objects.filter(trial__code="NCT07243366-REHEARSAL").count() == 3
    assert "3 subjects" in said
    assert "2026-11-20 is left to you" in said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ((), "no such trial"),
        (("NCT07243366",), "is a production trial"),
        (("NCT07243366-REHEARSAL",), "no such trial"),
    ],
)
def test_rehearse_refuses_what_is_no_rehearsal(words, refusal):
    run("publish", "nct07243366")
    with pytest.raises(CommandError, match=refusal):
        call_command("rehearse", *words)
    assert not Subject.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("option", "value", "refusal"),
    [
        ("--until", "2126-01-01", "lies in the future"),
        ("--subjects", "16", "places for 1 to 15"),
        ("--profile", "{tmp}", "surprise"),
    ],
)
def test_rehearse_refuses_what_can_not_be_played(tmp_path, option, value, refusal):
    (tmp_path / "rehearsal.yaml").write_text("surprise: 1", encoding="utf-8")
    run("publish", "nct07243366", "--rehearsal")
    with pytest.raises(CommandError, match=refusal):
        call_command("rehearse", option, value.format(tmp=tmp_path))
    assert not Subject.objects.exists()


def test_token_is_shown_once_and_works(trial):
    user = make_staff(trial, Role.COORDINATOR).user
    said, _ = run("token", user.username, "--name", "tablet", "--days", "7")
    assert user_of_token(said.strip(), now=timezone.now()) == user
    issued = AccessToken.objects.get()
    assert issued.name == "tablet"
    assert (issued.expires_at - timezone.now()).days == 6
    assert said.strip() not in str(issued.__dict__)


@pytest.mark.django_db
def test_token_for_nobody_is_refused():
    with pytest.raises(CommandError, match="no active account"):
        call_command("token", "nobody", "--name", "tablet")


def test_command_broken_off_ends_in_words():
    with pytest.raises(CommandError, match="Broken off") as ended, refusals_told():
        raise KeyboardInterrupt
    assert ended.value.returncode == 130


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_bar_grows_on_a_terminal_and_stays_silent_elsewhere():
    terminal, file = Terminal(), StringIO()
    for stream in (terminal, file):
        bar = Bar(OutputWrapper(stream), "days")
        bar(1, 2)
        bar(2, 2)
    assert "1/2 days" in terminal.getvalue()
    assert terminal.getvalue().endswith("2/2 days\n")
    assert file.getvalue() == ""
