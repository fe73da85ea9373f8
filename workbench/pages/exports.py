"""What leaves through the web: everything captured in a trial, and one subject's audit trail."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

from exchange.archive import stream_archive
from exchange.csv import stream
from exchange.tables import heading_of, trail_table, trial_tables
from subjects.models import Subject
from trials.rules.roles import Permission
from workbench.desk import Desk, subject_page, trial_page


@trial_page(Permission.EXPORT_MAKE)
def trial_export(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    heading = heading_of(desk.role, now=desk.now)
    pieces = stream_archive(trial_tables(desk.role), heading)
    return _download(pieces, "application/zip", heading.file_name("data", "zip"))


@subject_page(Permission.AUDIT_VIEW)
def trail_export(request: HttpRequest, desk: Desk, subject: Subject) -> HttpResponseBase:
    heading = heading_of(desk.role, now=desk.now)
    pieces = stream(trail_table(desk.role, subject.code), heading)
    return _download(pieces, "text/csv; charset=utf-8", heading.file_name(f"{subject.code}_trail", "csv"))


def _download(pieces: Iterator[bytes], media_type: str, name: str) -> HttpResponseBase:
    """A file that is written while it is sent, and kept nowhere on the way."""
    response = StreamingHttpResponse(pieces, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
