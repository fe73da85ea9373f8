from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from trials.reading import read_protocol
from trials.rules.definition import digest_of
from workbench.management.told import faults_told, protocol_folder


class Command(BaseCommand):
    help = "Read a protocol folder as publishing would, and name every fault with its file and line."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("protocol", help="a folder, or the registry id of one that comes with Casebook")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = protocol_folder(options["protocol"])
        with faults_told(folder, self.stderr):
            definition = read_protocol(folder)
        digest = digest_of(definition.document())
        self.stdout.write(
            f"{definition.registry.id} version {definition.version} is sound: {len(definition.plan)} visits, "
            f"{len(definition.forms)} forms, {len(definition.criteria)} criteria\nSHA-256 {digest}"
        )
