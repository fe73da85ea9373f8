"""The Chinese catalogue is complete: nothing that a person reads falls back to English."""

import os
import re
import shutil
import subprocess
import sys

import polib
import pytest

from tests.architecture.rooms import ROOMS, ROOT

CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
HOLE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def entries(path) -> dict:
    assert path.is_file()  # polib would read a missing path as if it were the catalogue itself
    read = polib.mofile if path.suffix == ".mo" else polib.pofile
    return {(e.msgctxt, e.msgid): e for e in read(str(path)) if not e.obsolete}


def test_every_message_is_translated():
    assert [msgid for (_, msgid), entry in entries(CATALOGUE).items() if not entry.translated()] == []


def test_every_hole_of_a_message_is_kept():
    """A name lost or misspelled in the translation would raise where the message is shown."""
    wrong = [
        e.msgid
        for e in entries(CATALOGUE).values()
        for translation in [e.msgstr, *e.msgstr_plural.values()]
        if translation and not set(HOLE.findall(translation)) == set(HOLE.findall(e.msgid_plural or e.msgid))
    ]
    assert wrong == []


def test_compiled_catalogue_is_the_written_one():
    written, compiled = entries(CATALOGUE), entries(CATALOGUE.with_suffix(".mo"))
    assert {key: (e.msgstr, e.msgstr_plural) for key, e in compiled.items()} == {
        key: (e.msgstr, e.msgstr_plural) for key, e in written.items()
    }


def test_no_message_is_missing_from_the_catalogue(tmp_path):
    if not shutil.which("xgettext"):
        missing = "xgettext is not installed (Debian: apt install gettext)"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    for name in [*ROOMS, "locale"]:
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "manage.py", tmp_path)

    command = [sys.executable, "manage.py", "makemessages", "--locale", "zh_Hans", "--no-wrap"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)

    found = entries(tmp_path / CATALOGUE.relative_to(ROOT))
    assert sorted(msgid for _, msgid in found.keys() - entries(CATALOGUE).keys()) == []
