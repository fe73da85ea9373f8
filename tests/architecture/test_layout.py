"""Sizes and names that keep a module findable and readable, held by a test and not by memory."""

import ast
import re

import pytest
from django.apps import apps

from tests.architecture.rooms import FACES, MODULES, ROOMS, ROOT

VAGUE_MODULES = {"core", "common", "utils", "helpers", "base"}
FACE_MODULES = {"admin", "serializers", "urls", "views"}
VAGUE_WORDS = {
    "data", "info", "manager", "helper", "helpers", "util", "utils", "service", "services",
    "process", "handle", "smart", "enhanced",
}  # fmt: skip
IMPOSED_NAMES = {"handle"}  # django.core.management.BaseCommand
LONGEST_MODULE = 300
LONG_MODULES: dict[str, str] = {}  # path: why it is one idea that cannot be split by noun


def test_contracts_know_every_room():
    installed = {app.name for app in apps.get_app_configs() if (ROOT / app.name).is_dir()}
    assert installed | {"config"} == set(ROOMS)


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_module_name_says_what_it_holds(path):
    names = {part.removesuffix(".py") for part in path.parts}
    assert not names & (VAGUE_MODULES | VAGUE_WORDS)


def test_http_lives_only_in_the_faces():
    strays = [
        str(path)
        for path in MODULES
        if path.parts[0] not in FACES and {part.removesuffix(".py") for part in path.parts} & FACE_MODULES
    ]
    assert strays == []


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_definitions_have_telling_names(path):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    definitions = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    names = {node.name for node in ast.walk(tree) if isinstance(node, definitions)} - IMPOSED_NAMES
    assert [name for name in sorted(names) if words(name) & VAGUE_WORDS] == []


def words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def test_words_splits_both_kinds_of_name():
    assert words("handle_lab_data") == {"handle", "lab", "data"}
    assert words("HTTPRequestHelper") == {"http", "request", "helper"}


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_module_is_short_enough_to_read_at_once(path):
    length = len((ROOT / path).read_text(encoding="utf-8").splitlines())
    if str(path) in LONG_MODULES:
        assert length > LONGEST_MODULE, "no longer long: take it out of LONG_MODULES"
    else:
        assert length <= LONGEST_MODULE
