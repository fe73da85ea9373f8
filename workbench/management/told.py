"""What a command says: refusals as an error that ends it, and how far a long act is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper

from audit.rules import InvalidValues, RuleViolation
from trials.reading import PROTOCOLS, BrokenDefinition
from workbench.rehearsal.profile import Unplayable

BAR_WIDTH = 40


@contextmanager
def refusals_told() -> Iterator[None]:
    """End the command with what a rule refused, in words; Ctrl-C ends it without a traceback."""
    try:
        yield
    except InvalidValues as refusal:
        raise CommandError(str(refusal)) from refusal
    except RuleViolation as refusal:
        raise CommandError(refusal.render(str, "en")) from refusal
    except Unplayable as refusal:
        raise CommandError(str(refusal)) from refusal
    except KeyboardInterrupt as stop:
        raise CommandError("Broken off: what was not finished is not there.", returncode=130) from stop


@contextmanager
def faults_told(folder: Path, stderr: OutputWrapper) -> Iterator[None]:
    """End the command with every fault of a protocol folder, one a line, as `file:line: message`."""
    try:
        yield
    except BrokenDefinition as broken:
        for place in broken.places:
            stderr.write(f"{folder / place.file}:{place.line}: {place.message}", style_func=str)
        raise CommandError(f"Faults: {len(broken.places)}.") from broken


def protocol_folder(name: str) -> Path:
    """A folder by its path, or a protocol that comes with Casebook by its registry id.

    Raises `CommandError` where there is neither.
    """
    for folder in (Path(name), PROTOCOLS / name.lower()):
        if (folder / "protocol.yaml").is_file():
            return folder
    known = ", ".join(sorted(path.parent.name for path in PROTOCOLS.glob("*/protocol.yaml")))
    raise CommandError(f"There is no protocol.yaml in {name}. Protocols that come with Casebook: {known}.")


class Bar:
    """A line that grows. On what is not a terminal it stays silent, lest logs fill with it."""

    def __init__(self, stream: OutputWrapper, unit: str) -> None:
        self.stream, self.unit = stream, unit
        self.shown = stream.isatty()

    def __call__(self, done: int, of: int) -> None:
        if not self.shown:
            return
        full = BAR_WIDTH * done // max(1, of)
        line = f"\r  [{'#' * full}{'.' * (BAR_WIDTH - full)}] {done}/{of} {self.unit}"
        self.stream.write(line, style_func=str, ending="\n" if done == of else "")
        self.stream.flush()
