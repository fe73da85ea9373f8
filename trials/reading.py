"""Reads a protocol folder into one definition; every fault at once, with its file and line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from trials.rules.definition import ProtocolDefinition
from trials.rules.soundness import Location, faults_of

PROTOCOLS = Path(__file__).parent / "protocols"


class Place(NamedTuple):
    """A fault of a protocol folder, where its author finds it."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class BrokenDefinition(ValueError):
    """A protocol folder that can't be published, with all that is wrong in it."""

    def __init__(self, places: list[Place]) -> None:
        self.places = sorted(places)
        super().__init__("\n".join(map(str, self.places)))


def read_protocol(folder: Path) -> ProtocolDefinition:
    """Read `protocol.yaml`, `eligibility.yaml`, `codelists.yaml` and `forms/*.yaml` of a folder.

    Raises `BrokenDefinition` with every fault found.
    """
    source = _Source(folder)
    try:
        definition = ProtocolDefinition.model_validate(source.document)
    except ValidationError as error:
        raise BrokenDefinition([source.place(*fault) for fault in _faults_of_shape(error)]) from error
    if faults := faults_of(definition):
        raise BrokenDefinition([source.place(*fault) for fault in faults])
    return definition


def _faults_of_shape(error: ValidationError) -> Iterator[tuple[Location, str]]:
    """What pydantic found, without what only follows: a list is "too short" once its entry is bad."""
    faults = [(fault["loc"], fault["msg"].removeprefix("Value error, ")) for fault in error.errors()]
    above = {location[:depth] for location, _ in faults for depth in range(len(location))}
    yield from (fault for fault in faults if fault[0] not in above)


class _Source:
    """The YAML files of a folder as one document that still knows where each part was written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.document: dict[str, Any] = {}
        self._written: dict[Location, tuple[str, int]] = {}
        broken: list[Place] = []
        for path in self._paths():
            try:
                broken.extend(self._add(path))
            except MarkedYAMLError as error:
                mark = error.problem_mark or error.context_mark
                line = mark.line + 1 if mark else 1
                broken.append(Place(self._name(path), line, str(error.problem)))
            except (OSError, ValueError, TypeError, YAMLError) as error:
                broken.append(Place(self._name(path), 1, str(error)))
        if broken:
            raise BrokenDefinition(broken)

    def _paths(self) -> Iterator[Path]:
        yield self.folder / "protocol.yaml"
        for name in ("eligibility.yaml", "codelists.yaml"):
            if (path := self.folder / name).exists():
                yield path
        yield from sorted((self.folder / "forms").glob("*.yaml"))

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _add(self, path: Path) -> Iterator[Place]:
        part = YAML().load(path.read_text(encoding="utf-8"))
        file = self._name(path)
        if not isinstance(part, CommentedMap):
            raise TypeError("this file is not a YAML mapping")
        if path.parent.name == "forms":
            forms = self.document.setdefault("forms", [])
            self._written["forms", len(forms)] = file, part.lc.line + 1
            forms.append(part)
            return
        for key, value in part.items():
            line = _line_of(part, key) or 1
            if (key,) in self._written:
                yield Place(file, line, f"{key} is in {self._written[(key,)][0]} already")
            self._written[(key,)] = file, line
            self.document[key] = value

    def place(self, location: Location, message: str) -> Place:
        """Where a location of the document was written; the nearest line above what is missing."""
        node: Any = self.document
        file, line = "protocol.yaml", 1
        for depth, key in enumerate(location, start=1):
            file, line = self._written.get(location[:depth], (file, _line_of(node, key) or line))
            try:
                node = node[key]
            except (KeyError, IndexError, TypeError):
                break
        return Place(file, line, f"{'.'.join(map(str, location))}: {message}")


def _line_of(node: Any, key: str | int) -> int | None:
    """The line where a key or list entry stands; None where it is missing."""
    try:
        if isinstance(node, CommentedMap):
            return int(node.lc.key(key)[0]) + 1
        if isinstance(node, CommentedSeq):
            return int(node.lc.item(key)[0]) + 1
    except KeyError:
        return None
    return None
