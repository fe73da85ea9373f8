"""The demo: from nothing to a site that sends a reminder, in a process of its own; and what it refuses."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings

from audit.rules import RuleViolation
from subjects.models import Subject
from tests.factories import cast_of, screened
from trials.models import StaffRole
from trials.rules.roles import Role
from workbench.demo import preparation, serving

SECONDS = 180


class Demo:
    """The command as a person starts it, with its own database, outbox and password file."""

    def __init__(self, folder: Path) -> None:
        self.password_file = folder / "var" / "password"
        self.outbox = folder / "outbox"
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "SITE_URL")},
            "DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}",
            "EMAIL_URL": f"filemail:///{self.outbox}",
        }

    def start(self, *words: str) -> subprocess.Popen:
        command = [
            sys.executable,
            "-u",
            "manage.py",
            "demo",
            "--password-file",
            str(self.password_file),
            *words,
        ]
        return subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def prepare(self, *words: str) -> str:
        demo = self.start("--no-serve", *words)
        said, _ = demo.communicate(timeout=SECONDS)
        assert demo.returncode == 0, said
        return said


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_demo_from_nothing_to_a_reminder(tmp_path):
    demo = Demo(tmp_path)

    first = demo.prepare()
    for role in Role:
        assert re.search(rf"^\s*{role}\s+{role}$", first, re.MULTILINE)
    password = demo.password_file.read_text(encoding="utf-8").strip()
    assert password in first
    assert stat.S_IMODE(demo.password_file.stat().st_mode) == 0o600

    assert password in demo.prepare()

    port = free_port()
    site = demo.start("--port", str(port))
    stop = threading.Timer(SECONDS, os.killpg, (site.pid, signal.SIGKILL))
    stop.start()
    try:
        said = said_until(site, "outbox")
    finally:
        os.killpg(site.pid, signal.SIGINT)
        rest, _ = site.communicate(timeout=SECONDS)
        stop.cancel()
    assert f"Open http://127.0.0.1:{port}" in said
    assert re.search(r"Reminder sent to coordinator@\S+ \([a-z-]+\): subject R\d{3}, visit \w+", said)
    message = Path(said.splitlines()[-1].strip()).read_text(encoding="utf-8")
    assert "[REHEARSAL]" in message
    assert f"http://127.0.0.1:{port}/trials/NCT07243366-REHEARSAL/" in message
    assert site.returncode == 0, rest
    assert "Stopped." in rest


def said_until(site: subprocess.Popen, word: str) -> str:
    said = ""
    for line in site.stdout or ():
        said += line
        if word in line:
            return said
    pytest.fail(f"ended before it said {word!r}:\n{said}")


def test_port_that_is_taken_is_refused():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(RuleViolation, match="port-taken"):
            serving.demand_free_port(other.getsockname()[1])


def test_free_port_is_not_refused():
    serving.demand_free_port(free_port())


@pytest.mark.parametrize("setting", [{"DEBUG": False}, {"DEBUG": True, "REDIS_URL": "redis://elsewhere"}])
def test_site_that_is_no_laptop_is_refused(settings, setting):
    for name, value in setting.items():
        setattr(settings, name, value)
    with pytest.raises(RuleViolation, match="not-a-laptop"):
        preparation.demand_laptop()


def test_laptop_is_not_refused(settings):
    settings.DEBUG, settings.REDIS_URL = True, ""
    preparation.demand_laptop()


def test_database_with_real_subjects_is_not_started_over(cast):
    screened(cast)
    with pytest.raises(RuleViolation, match="not-disposable"):
        preparation.start_over()
    assert Subject.objects.exists()


def test_accounts_are_opened_once_with_their_roles_in_both_trials(trial, rehearsal_trial, now):
    first = preparation.open_accounts([trial, rehearsal_trial], "k3vd-9xqm-p2ta-77hh", now)
    again = preparation.open_accounts([trial, rehearsal_trial], "k3vd-9xqm-p2ta-77hh", now)
    assert first == again
    assert StaffRole.objects.count() == 2 * len(Role)
    assert all(user.username == role for role, user in first.items())


def test_staff_of_the_rehearsal_were_there_from_its_first_day(trial, rehearsal_trial, now):
    preparation.open_accounts([trial, rehearsal_trial], "k3vd-9xqm-p2ta-77hh", now)
    since = dict(StaffRole.objects.filter(role=Role.COORDINATOR).values_list("trial__code", "starts_on"))
    assert (since["NCT07243366"] - since["NCT07243366-REHEARSAL"]).days >= 24 * 7


def test_password_is_made_once_and_differs_between_installations(db, tmp_path):
    here, there = tmp_path / "here" / "password", tmp_path / "there" / "password"
    assert preparation.password_of(here) == preparation.password_of(here)
    assert preparation.password_of(here) != preparation.password_of(there)


def test_lost_password_is_told(trial, tmp_path, now):
    preparation.open_accounts([trial], preparation.password_of(tmp_path / "password"), now)
    with pytest.raises(RuleViolation, match="password-lost"):
        preparation.password_of(tmp_path / "gone")


def test_what_is_there_is_used_as_it_is(rehearsal_trial, trial, now):
    assert preparation.publish_both(now) == [trial, rehearsal_trial]
    screened(cast_of(rehearsal_trial))
    assert preparation.rehearse_once(rehearsal_trial, now, lambda done, of: None) is False
    assert rehearsal_trial.subjects.count() == 1


def test_no_reminder_is_said_to_be_none():
    assert serving.words_about(None) == "No reminder has been due yet."


def test_looking_ends_with_its_time():
    began = time.monotonic()
    assert len(list(serving._looks(0.3))) >= 2
    assert time.monotonic() - began < 2
