import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from pydantic import BaseModel

from trials.rules.definition import ProtocolDefinition
from trials.rules.forms import Form
from workbench.rehearsal.profile import FILE_NAME, Profile

PARTS = {"eligibility.yaml": "criteria", "codelists.yaml": "codelists"}
FORMS = "forms/*.yaml"
FILES = ["protocol.yaml", *PARTS, FORMS, FILE_NAME]


class Command(BaseCommand):
    help = "Print the JSON Schema of a file of a protocol folder, for editors that complete and check it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", default=FILES[0], choices=FILES, help="default: %(default)s")

    def handle(self, *args: Any, **options: Any) -> None:
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema_of(options["file"])}
        self.stdout.write(json.dumps(schema, ensure_ascii=False, indent=2))


def schema_of(file: str) -> dict[str, Any]:
    """The schema of one file, from the classes that read it; what other files hold is not required."""
    if file == FORMS:
        return _schema(Form)
    if file == FILE_NAME:
        return _schema(Profile) | {"required": []}
    schema = _schema(ProtocolDefinition)
    if part := PARTS.get(file):
        schema["properties"] = {part: schema["properties"][part]}
        return schema | {"required": [part]}
    elsewhere = {"forms", *PARTS.values()}
    return schema | {"required": [name for name in schema["required"] if name not in elsewhere]}


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(by_alias=True)
