from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from audit.rules import Channel, system_actor
from trials.actions import publish
from trials.reading import read_protocol
from trials.rules.kinds import TrialKind
from workbench.management.told import faults_told, protocol_folder, refusals_told


class Command(BaseCommand):
    help = "Publish a protocol folder as a version that never changes. The same folder again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("protocol", help="a folder, or the registry id of one that comes with Casebook")
        parser.add_argument(
            "--rehearsal", action="store_true", help="as a rehearsal, which is a trial of its own"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = protocol_folder(options["protocol"])
        kind = TrialKind.REHEARSAL if options["rehearsal"] else TrialKind.PRODUCTION
        with faults_told(folder, self.stderr), refusals_told():
            version = publish(
                definition=read_protocol(folder),
                kind=kind,
                now=timezone.now(),
                by=system_actor(Channel.COMMAND),
            )
        self.stdout.write(f"{version.trial.code} version {version.version}\nSHA-256 {version.digest}")
