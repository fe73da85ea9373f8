"""How every table is read: its first columns, its versions, and row after row."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from subjects.models import Subject
from trials.models import ProtocolVersion, StaffRole

SUBJECT = ("STUDYID", "SITEID", "SUBJID")
CHUNK = 500


def versions_of(role: StaffRole) -> list[ProtocolVersion]:
    """The trial's protocol versions, newest first."""
    return list(role.trial.versions.order_by("-published_at"))


def subject_cells(subject: Subject) -> tuple[str, str, str]:
    """What each row begins with; the code of a rehearsal says that it is one."""
    return subject.trial.code, subject.site.number, subject.code


def read(rows: QuerySet[Any]) -> Iterator[Any]:
    """Row after row, so that memory does not grow with the trial."""
    return rows.iterator(chunk_size=CHUNK)
