"""Serves the prepared site on the loopback: one web process with Celery's worker and beat inside."""

import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.utils.module_loading import import_string
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from audit.rules import RuleViolation
from audit.rules import gettext_noop as _
from notifications.models import Notice
from notifications.rules.kinds import NoticeKind
from notifications.rules.lifecycle import NoticeState

HOST = "127.0.0.1"
THREADS = 4
STOP_SECONDS = 10
READY_SECONDS, REMINDER_SECONDS, LOOK_SECONDS = 30, 60, 0.1


def address(port: int) -> str:
    """Where the site is opened."""
    return f"http://{HOST}:{port}"


def demand_free_port(port: int) -> None:
    """Refuse (`port-taken`) a port on which something else listens."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise RuleViolation(
                "port-taken",
                _("Port {port} can't be used: {why}. Choose another one with --port."),
                port=port,
                why=error.strerror,
            ) from error


def serve(port: int) -> None:
    """Serve until Ctrl-C; exactly one web process, because its memory is the queue of the worker inside."""
    os.environ["CASEBOOK_EMBEDDED_WORKER"] = "1"
    connections.close_all()
    server = Granian(
        settings.WSGI_APPLICATION,
        address=HOST,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=partial(load, port))


def load(port: int, application: str) -> Callable[..., Any]:
    """In the web process: the application, and a thread that says when it answers and what it sends."""
    if "SITE_URL" not in os.environ:
        settings.SITE_URL = address(port)
    loaded: Callable[..., Any] = import_string(application)
    threading.Thread(target=_show, args=(port,), daemon=True).start()
    return loaded


def _show(port: int) -> None:
    if any(_answers(port) for _look in _looks(READY_SECONDS)):
        _say(f"Open {address(port)} (Ctrl-C stops it)")
        _say(words_about(first_reminder()))


def _say(words: str) -> None:
    sys.stdout.write(f"\n{words}\n")
    sys.stdout.flush()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _looks(seconds: float) -> Iterator[None]:
    """Look again and again, until the time is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        yield
        time.sleep(LOOK_SECONDS)


def first_reminder() -> Notice | None:
    """The visit reminder sent last; waits for one to be sent where there is none yet."""
    reminders = Notice.objects.filter(kind=NoticeKind.VISIT_REMINDER, state=NoticeState.SENT)
    newest = reminders.select_related("recipient").order_by("-sent_at", "pk")
    found = next((sent for _look in _looks(REMINDER_SECONDS) if (sent := newest.first())), None)
    connection.close()
    return found


def words_about(reminder: Notice | None) -> str:
    """Whom a reminder reached, about what, and where it can be read."""
    if reminder is None:
        return "No reminder has been due yet."
    about = reminder.params
    return (
        f"Reminder sent to {reminder.recipient.email} ({reminder.stage}): subject {about['subject']}, "
        f"visit {about['visit']}, window {about['opens']} to {about['closes']}\n"
        f"  {file_of(reminder) or 'through the mail server'}"
    )


def file_of(notice: Notice) -> Path | None:
    """The file in the outbox that holds the message; None where mail goes to a server."""
    outbox = getattr(settings, "EMAIL_FILE_PATH", None)
    for path in sorted(Path(outbox).glob("*.log"), reverse=True) if outbox else ():
        if notice.message_id in path.read_text(encoding="utf-8", errors="replace"):
            return path
    return None
