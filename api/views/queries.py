"""Data queries: asked by monitor and data manager, answered by the site."""

from django.utils.translation import get_language
from rest_framework.response import Response

from api.answers import answered, below
from api.endpoints import endpoint
from api.guards import TrialView
from api.pagination import Stored, page
from api.parameters import choice
from api.serializers.documents import Page
from api.serializers.queries import AnswerSent, NoteSent, QueryInFull, QueryRead, QuerySent, ReasonSent
from api.views.records import SUBJECT
from assessments.models import Assessment
from assessments.selectors import assessment_of
from audit.rules import gettext_noop as _
from audit.rules import invalid
from review.actions import answer_query, cancel_query, close_query, open_query, reopen_query
from review.models import Query as QueryRecord
from review.rules.lifecycle import QueryState
from review.selectors import conversation, query_for, visible_to
from subjects.models import Subject
from subjects.selectors import subject_for
from trials.rules.roles import Permission
from visits.selectors import visit_of

STATE = choice("state", tuple(QueryState), "Only queries in this state.")


class Queries(TrialView):
    tag = "Queries"

    @endpoint(Permission.QUERY_VIEW, answers=Page[QueryRead], query=(SUBJECT, STATE), paged=True)
    def get(self) -> Response:
        """The queries about subjects of the caller's sites, by number."""
        found = visible_to(self.role)
        if self.query["subject"]:
            found = found.filter(subject__code=self.query["subject"])
        if self.query["state"]:
            found = found.filter(state=self.query["state"])
        return page(self, Stored(found, "number"), lambda rows: [QueryRead.of(row) for row in rows])

    @endpoint(Permission.QUERY_RAISE, sends=QuerySent, answers=QueryRead, status=201)
    def post(self, sent: QuerySent) -> Response:
        """Ask about a subject, a captured form, or one item of it."""
        subject = subject_for(self.role, sent.subject)
        query = open_query(
            subject=subject,
            assessment=_asked_about(subject, sent) if sent.form else None,
            item=sent.item or "",
            text=sent.text,
            by=self.by,
        )
        return answered(QueryRead.of(query), status=201, at=below(self.request, query.number))


def _asked_about(subject: Subject, sent: QuerySent) -> Assessment:
    visit = visit_of(subject, sent.visit) if sent.visit else None
    row = assessment_of(subject, sent.form or "", visit, sent.repeat)
    if row is None:
        raise invalid("/form", "not-captured", _("This form has not been captured yet."))
    return row


class QueryView(TrialView):
    """One query by number, as far as it concerns a subject of the caller's sites."""

    tag = "Queries"

    @property
    def asked(self) -> QueryRecord:
        return query_for(self.role, self.kwargs["number"])

    def told(self, query: QueryRecord) -> Response:
        """A query after it was moved, as anyone reads it."""
        return answered(QueryRead.of(query))


class Query(QueryView):
    @endpoint(Permission.QUERY_VIEW, answers=QueryInFull)
    def get(self) -> Response:
        """One query, with everything that was said about it."""
        query = self.asked
        return answered(QueryInFull.of_turns(query, conversation(query, get_language() or "en")))


class QueryAnswer(QueryView):
    @endpoint(Permission.QUERY_ANSWER, sends=AnswerSent, answers=QueryRead)
    def post(self, sent: AnswerSent) -> Response:
        """Answer an open query."""
        return self.told(answer_query(query=self.asked, answer=sent.answer, by=self.by))


class QueryClose(QueryView):
    @endpoint(Permission.QUERY_CLOSE, sends=NoteSent, answers=QueryRead)
    def post(self, sent: NoteSent) -> Response:
        """Accept the answer."""
        return self.told(close_query(query=self.asked, note=sent.note, by=self.by))


class QueryCancel(QueryView):
    @endpoint(Permission.QUERY_CLOSE, sends=ReasonSent, answers=QueryRead)
    def post(self, sent: ReasonSent) -> Response:
        """Take back a query that was asked in error."""
        return self.told(cancel_query(query=self.asked, reason=sent.reason, by=self.by))


class QueryReopen(QueryView):
    @endpoint(Permission.QUERY_CLOSE, sends=ReasonSent, answers=QueryRead)
    def post(self, sent: ReasonSent) -> Response:
        """Ask again, because the answer does not settle the question."""
        return self.told(reopen_query(query=self.asked, reason=sent.reason, by=self.by))
