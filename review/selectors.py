"""Reads of queries. Every query of a caller starts from `visible_to`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from audit.rules import UnknownObject
from review.models import Query
from review.rules.lifecycle import QueryState
from subjects.models import Subject
from subjects.selectors import visible_to as subjects_visible_to
from trials.models import StaffRole


@dataclass(frozen=True, slots=True)
class Turn:
    """One move of a query: who made it, and in which words (none where the system cleared it)."""

    at: datetime
    username: str
    role: str
    state: QueryState
    words: str


def visible_to(role: StaffRole) -> QuerySet[Query]:
    """The queries about the subjects that a staff role reaches."""
    return (
        Query.objects.filter(subject__in=subjects_visible_to(role))
        .select_related("subject", "assessment__visit")
        .order_by("number")
    )


def query_for(role: StaffRole, number: int) -> Query:
    """One query by number; `UnknownObject` also for one about another site's subject."""
    found = visible_to(role).filter(number=number).first()
    if found is None:
        raise UnknownObject()
    return found


def queries_of(subject: Subject) -> QuerySet[Query]:
    """The queries about a subject, by number."""
    return Query.objects.filter(subject=subject).select_related("assessment__visit").order_by("number")


def conversation(query: Query, language: str) -> list[Turn]:
    """What was asked, answered and noted, in order, with who said it; read from the history."""
    return list(_turns(query, language))


def _turns(query: Query, language: str) -> Iterator[Turn]:
    said: tuple[str, str, str] | None = None
    for row in query.history.order_by("history_date", "history_id"):
        if said == (row.state, row.answer, row.note):
            continue
        said = (row.state, row.answer, row.note)
        state = QueryState(row.state)
        words = row.answer if state is QueryState.ANSWERED else row.note
        if state is QueryState.OPEN and not words:
            words = query.question.in_language(language)
        yield Turn(row.history_date, row.history_username, row.history_role, state, words)
