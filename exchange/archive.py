"""Several tables as one ZIP file, written while it is sent: neither memory nor disk holds the whole."""

import zipfile
from collections.abc import Iterable, Iterator

from exchange.csv import Heading, Table, stream


class _Tap:
    """The file that the standard writer needs: holds what was written since it was last drained."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing to do: what is written is drained by the reader."""

    def drain(self) -> bytes:
        drained = b"".join(self._pieces)
        self._pieces.clear()
        return drained


def stream_archive(tables: Iterable[Table], heading: Heading) -> Iterator[bytes]:
    """A ZIP with one CSV file for each table, piece by piece."""
    tap = _Tap()
    written_at = heading.made_at.timetuple()[:6]
    with zipfile.ZipFile(tap, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for table in tables:
            entry = zipfile.ZipInfo(f"{table.name}.csv", written_at)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as file:
                for piece in stream(table, heading):
                    file.write(piece)
                    if drained := tap.drain():
                        yield drained
    yield tap.drain()
