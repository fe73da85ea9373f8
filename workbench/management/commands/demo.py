import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import User
from trials.reading import PROTOCOLS
from trials.rules.roles import Role
from workbench.demo import preparation, serving
from workbench.management.told import Bar, faults_told, refusals_told


class Command(BaseCommand):
    help = "A rehearsal site on this machine: prepares what is missing, then serves it until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="default %(default)s")
        parser.add_argument("--fresh", action="store_true", help="delete the demo's SQLite file first")
        parser.add_argument("--no-serve", action="store_true", help="prepare only")
        parser.add_argument("--password-file", type=Path, default=preparation.PASSWORD_FILE)

    def handle(self, *args: Any, **options: Any) -> None:
        with refusals_told():
            preparation.demand_laptop()
            if not options["no_serve"]:
                serving.demand_free_port(options["port"])
            people, password = self.prepare(fresh=options["fresh"], password_file=options["password_file"])
        self.introduce(people, password, options["password_file"])
        if not options["no_serve"]:
            self.serve(options["port"])

    def prepare(self, *, fresh: bool, password_file: Path) -> tuple[dict[Role, User], str]:
        """Database, protocol, accounts, rehearsal: each where it is missing."""
        now = timezone.now()
        with self.step("Database"):
            if fresh:
                preparation.start_over()
            preparation.migrate()
        folder = PROTOCOLS / preparation.PROTOCOL.lower()
        with self.step("Protocol, as a trial and as its rehearsal"), faults_told(folder, self.stderr):
            trials = preparation.publish_both(now)
        with self.step("Accounts"):
            password = preparation.password_of(password_file)
            people = preparation.open_accounts(trials, password, now)
        with self.step("Rehearsal: 24 weeks of 15 simulated subjects"):
            preparation.rehearse_once(trials[-1], now, Bar(self.stderr, "days"))
        return people, password

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One line for each step, with the seconds that it took."""
        began = time.monotonic()
        self.stdout.write(f"{name} ...")
        self.stdout.flush()
        yield
        self.stdout.write(f"  ready after {time.monotonic() - began:.1f} s")

    def introduce(self, people: dict[Role, User], password: str, password_file: Path) -> None:
        """Who can sign in, and with what."""
        self.stdout.write("\nSign in as        role")
        for role, user in people.items():
            self.stdout.write(f"  {user.username:<16}{role}")
        self.stdout.write(f"with the password {password}  (kept in {password_file})\n")

    def serve(self, port: int) -> None:
        """Serve until Ctrl-C; the web process says when it answers, and which reminder it sent."""
        self.stdout.write("\nStarting the site, with Celery's worker and beat ...")
        self.stdout.flush()
        serving.serve(port)
        self.stdout.write("\nStopped.")
