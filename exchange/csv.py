"""CSV that opens rightly everywhere: RFC 4180, UTF-8 with a byte order mark, headed, and safe to open.

The mark is there because Excel on a Chinese Windows takes a file without it for GBK. Every file begins with
lines that start with `#` (of which trial it is, made when and by whom), then the names of the columns. A text
that a spreadsheet would take for a formula has an apostrophe before it; whoever reads the file takes one off.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

BOM = "\ufeff"
# What OWASP names for CSV injection, the full-width signs of East Asian keyboards included.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Table:
    """One file of an export: `rows` may be read once, as it is written."""

    name: str
    columns: tuple[str, ...]
    rows: Iterable[Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Heading:
    """What every file says first. `versions` are the trial's protocol versions with their SHA-256."""

    trial: str
    rehearsal: bool
    versions: tuple[tuple[str, str], ...]
    made_at: datetime
    made_by: str
    role: str

    def lines(self, table: str) -> list[str]:
        """The lines above the columns, without their `#`."""
        mark = ["REHEARSAL: everything here is simulated"] if self.rehearsal else []
        return [
            *mark,
            f"Casebook export: {table}",
            f"Trial: {self.trial}",
            *(f"Protocol version {version}: SHA-256 {digest}" for version, digest in self.versions),
            f"Made at: {self.made_at.astimezone(UTC).isoformat(timespec='seconds')}",
            f"Made by: {self.made_by} ({self.role})",
        ]

    def file_name(self, table: str, suffix: str) -> str:
        """A name that tells exports apart; a rehearsal's says so, as its trial's code does."""
        return f"{self.trial}_{table}_{self.made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}.{suffix}"


def cell(value: Any) -> str:
    """One value as it is written: unknown is empty, yes and no are Y and N, dates are ISO 8601."""
    match value:
        case None:
            return ""
        case bool():
            return "Y" if value else "N"
        case datetime() | date() | time():
            return value.isoformat()
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
        case str():
            return guarded(value)
    return str(value)


def guarded(text: str) -> str:
    """The text, with one apostrophe more where a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


class _Echo:
    """The file that the standard writer needs: gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def stream(table: Table, heading: Heading) -> Iterator[bytes]:
    """The file, piece by piece."""
    yield BOM.encode()
    writer = csv.writer(_Echo())
    for line in heading.lines(table.name):
        yield writer.writerow([f"# {line}"]).encode()
    yield writer.writerow(table.columns).encode()
    for row in table.rows:
        yield writer.writerow([cell(value) for value in row]).encode()
