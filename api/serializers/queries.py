"""Data queries and their conversations."""

from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints

from api.serializers.documents import Answered, Moment, Remark, Sent
from review.models import Query
from review.rules.lifecycle import QueryState
from review.rules.origins import QueryOrigin
from review.selectors import Turn
from trials.rules.text import Text

Name = Annotated[str, StringConstraints(min_length=1, max_length=20)]


class QuerySent(Sent):
    """A question about a subject, one of its captured forms, or one item of a form."""

    subject: Name
    text: Remark
    visit: Name | None = None
    form: Name | None = None
    repeat: int = Field(1, strict=True, ge=1, le=999_999_999)
    item: Name | None = None


class AnswerSent(Sent):
    answer: Remark


class NoteSent(Sent):
    note: Remark = ""


class ReasonSent(Sent):
    reason: Remark


class QueryRead(Answered):
    number: int
    subject: str
    visit: str | None
    form: str | None
    repeat: int | None
    item: str
    check: str
    origin: QueryOrigin
    state: QueryState
    text: Text
    answer: str
    note: str

    @classmethod
    def of(cls, query: Query, **more: Any) -> Self:
        form = query.assessment
        return cls(
            number=query.number,
            subject=query.subject.code,
            visit=form.visit.name if form and form.visit else None,
            form=form.form if form else None,
            repeat=form.repeat if form else None,
            item=query.item,
            check=query.check_oid,
            origin=QueryOrigin(query.origin),
            state=QueryState(query.state),
            text=query.question,
            answer=query.answer,
            note=query.note,
            **more,
        )


class TurnRead(Answered):
    """One move of a query; no words where the system cleared it."""

    at: Moment
    username: str
    role: str
    state: QueryState
    words: str


class QueryInFull(QueryRead):
    """A query with everything that was said about it."""

    conversation: list[TurnRead]

    @classmethod
    def of_turns(cls, query: Query, turns: list[Turn]) -> Self:
        said = [
            TurnRead(at=turn.at, username=turn.username, role=turn.role, state=turn.state, words=turn.words)
            for turn in turns
        ]
        return cls.of(query, conversation=said)
