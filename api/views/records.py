"""Readings of a whole subject: the trail, the casebook at an instant, the course of the measures."""

import re

from rest_framework.response import Response

from api.answers import answered
from api.casebooks import casebook_at
from api.endpoints import endpoint
from api.guards import SubjectView, TrialView
from api.pagination import Listed, Stored, page
from api.parameters import AT, Parameter, choice
from api.routes import SpokenKey
from api.serializers.audit import TrailEntryRead
from api.serializers.casebooks import CasebookRead
from api.serializers.documents import Page
from api.serializers.measures import MeasureRead
from api.serializers.trials import DeviationRead
from api.trail import entries_read
from assessments.selectors import measure_courses
from audit.rules import gettext_noop as _
from audit.selectors import trail
from subjects.rules.deviations import DeviationState
from subjects.selectors import deviations_visible_to
from trials.rules.roles import Permission


def _subject_code(text: str) -> str:
    if not re.fullmatch(SpokenKey.regex, text):
        raise ValueError(text)
    return text


SUBJECT = Parameter(
    "subject", _subject_code, _("a subject code, such as S001"), "Only what concerns this subject."
)
DEVIATION_STATE = choice("state", tuple(DeviationState), "Only deviations in this state.")


class Audit(SubjectView):
    tag = "Records"

    @endpoint(Permission.AUDIT_VIEW, answers=Page[TrailEntryRead], paged=True)
    def get(self) -> Response:
        """The audit trail of the subject, newest first: who, in which role, when, through what, and why."""
        entries = Listed(trail(self.subject.audit_scope)[::-1], newest_first=True)
        return page(self, entries, lambda rows: entries_read(self.subject, rows))


class Casebook(SubjectView):
    tag = "Records"

    @endpoint(Permission.SUBJECT_VIEW, answers=CasebookRead, query=(AT,))
    def get(self) -> Response:
        """Everything known about the subject, now or at a past instant, rebuilt from history."""
        return answered(casebook_at(self.subject, self.instant or self.now))


class Measures(SubjectView):
    tag = "Records"

    @endpoint(Permission.SUBJECT_VIEW, answers=Page[MeasureRead], paged=True)
    def get(self) -> Response:
        """Change from baseline and response, for every measure of the protocol."""
        courses = Listed(measure_courses(self.subject))
        return page(self, courses, lambda rows: [MeasureRead.of(*row) for row in rows])


class Deviations(TrialView):
    tag = "Records"

    @endpoint(
        Permission.DEVIATION_VIEW, answers=Page[DeviationRead], query=(SUBJECT, DEVIATION_STATE), paged=True
    )
    def get(self) -> Response:
        """The protocol deviations that the system found, in the order in which it found them."""
        found = deviations_visible_to(self.role)
        if self.query["subject"]:
            found = found.filter(subject__code=self.query["subject"])
        if self.query["state"]:
            found = found.filter(state=self.query["state"])
        return page(self, Stored(found, "id"), lambda rows: [DeviationRead.of(row) for row in rows])
