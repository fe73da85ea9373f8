"""Reminders by a real worker and a real beat, in processes of their own, to a mail server on a socket."""

import os
import shutil
import signal
import socketserver
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
REDIS_DATABASE = 14

# Four subjects in the rehearsal trial, each at another place of the window around the first infusion.
STATE = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from tests.factories import cast_of, enrolled, publish_trial
from trials.rules.kinds import TrialKind
from trials.selectors import today_at
now = timezone.now()
trial = publish_trial(now=now, kind=TrialKind.REHEARSAL)
cast = cast_of(trial)
for days_until_day1 in (5, 2, -2, -4):
    enrolled(cast, on=today_at(trial, now) + timedelta(days=days_until_day1 - 28))
"""
REMINDERS = [
    "R001: INF1 opens on",
    "R002: INF1 is open until",
    "R003: INF1 closes on",
    "R004: INF1 closed on",
]
EMBEDDED = "import sys, config.wsgi; sys.stdin.read()"  # a web process: it lives until its input ends


class Session(socketserver.StreamRequestHandler):
    """As much of SMTP (RFC 5321) as a sender needs."""

    def handle(self) -> None:
        self.wfile.write(b"220 sink\r\n")
        while line := self.rfile.readline().strip():
            if line.upper() == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                body = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.received.append(message_from_bytes(body, policy=policy.default))
            self.wfile.write(b"221 bye\r\n" if line.upper() == b"QUIT" else b"250 ok\r\n")


class Sink(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.received = []

    def reminders(self) -> list[str]:
        """The subject lines without the marks before and the dates after, in order of subject."""
        lines = [message["Subject"].partition("-REHEARSAL ")[2] for message in self.received]
        return sorted(line.rsplit(" 20", 1)[0] for line in lines)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def variables(database: Path) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"sqlite:///{database}",
        "REDIS_URL": "",
        "LOG_LEVEL": "INFO",
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the trial and its four subjects."""
    database = tmp_path_factory.mktemp("site") / "casebook.sqlite3"
    for command in (["manage.py", "migrate", "--verbosity", "0"], ["-c", STATE]):
        subprocess.run([sys.executable, *command], cwd=ROOT, env=variables(database), check=True)
    return database


@pytest.fixture
def environment(tmp_path: Path, site: Path, sink: Sink) -> dict[str, str]:
    """A copy of the site, whose clocks run fast and whose mail goes to the sink."""
    return variables(Path(shutil.copy(site, tmp_path))) | {
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.server_address[1]}",
        "REMINDER_SWEEP_SECONDS": "1",
        "NOTICE_DISPATCH_SECONDS": "1",
        "CELERY_BEAT_SCHEDULE_FILENAME": str(tmp_path / "beat"),
        "CASEBOOK_EMBEDDED_WORKER": "1",
    }


@contextmanager
def started(command: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen]:
    """A process group of its own, so that all of it can be killed at once; never outlives the test."""
    with log.open("ab") as output:
        running = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield running
    finally:
        try:
            os.killpg(running.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        running.communicate()


def wait_for(condition, running: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        in_time = running.poll() is None and time.monotonic() < deadline
        assert in_time, log.read_text(encoding="utf-8")
        time.sleep(0.1)


def sweeps(log: Path) -> int:
    lines = log.read_text(encoding="utf-8").splitlines()
    return sum("sweep_visit_reminders" in line and "succeeded" in line for line in lines)


def read(environment: dict[str, str], query: str) -> list[tuple]:
    with sqlite3.connect(environment["DATABASE_URL"].removeprefix("sqlite:///")) as database:
        return database.execute(query).fetchall()


def assert_each_was_told_once(environment: dict[str, str], sink: Sink) -> None:
    assert sink.reminders() == REMINDERS
    assert read(environment, "SELECT state, attempts FROM notifications_notice") == [("sent", 1)] * 4
    assert read(environment, "SELECT kind, cause FROM subjects_deviation") == [("missed-visit", "INF1")]


@pytest.fixture
def broker() -> Iterator[str]:
    """A Redis database of the tests' own, empty before and after."""
    url = urlsplit(settings.REDIS_URL)._replace(path=f"/{REDIS_DATABASE}").geturl()
    with redis.Redis.from_url(url) as client:
        client.flushdb()
        yield url
        client.flushdb()


@pytest.mark.redis
def test_worker_on_redis_tells_each_stage_once_also_after_it_was_killed(environment, broker, sink, tmp_path):
    environment |= {"REDIS_URL": broker}
    celery = [sys.executable, "-m", "celery", "-A", "config"]
    worker = [*celery, "worker", "-B", "-c", "2", "-l", "INFO"]
    first, second = tmp_path / "first.log", tmp_path / "second.log"
    flag = [*celery, "call", "visits.tasks.flag_overdue_visits"]  # once an hour: sent by hand here
    subprocess.run(flag, cwd=ROOT, env=environment, check=True)
    with started(worker, environment, first) as running:
        wait_for(lambda: len(sink.received) == 4 and sweeps(first) >= 3, running, first)
    with started(worker, environment, second) as running:
        wait_for(lambda: sweeps(second) >= 3, running, second)
    assert_each_was_told_once(environment, sink)


def test_embedded_worker_tells_each_stage_once_and_stops_with_its_process(environment, sink, tmp_path):
    log = tmp_path / "web.log"
    with started([sys.executable, "-c", EMBEDDED], environment, log) as web:
        wait_for(lambda: len(sink.received) == 4 and sweeps(log) >= 4, web, log)
        web.stdin.close()
        assert web.wait(timeout=10) == 0
    assert_each_was_told_once(environment, sink)
    assert "embedded_worker_stopped" in log.read_text(encoding="utf-8")
