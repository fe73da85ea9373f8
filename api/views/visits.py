"""Visits: planned, added, attended, missed."""

from rest_framework.response import Response

from api.answers import answered, below
from api.endpoints import endpoint
from api.guards import SubjectView, VisitView
from api.pagination import Listed, page
from api.serializers.documents import Page
from api.serializers.visits import AbsenceSent, AttendanceSent, VisitRead, VisitSent, VisitWithForms
from assessments.selectors import casebook, casebook_visit
from trials.rules.roles import Permission
from visits.actions.attendance import attend, record_absence
from visits.actions.schedule import add_visit


class Visits(SubjectView):
    tag = "Visits"

    @endpoint(Permission.SUBJECT_VIEW, answers=Page[VisitWithForms], paged=True)
    def get(self) -> Response:
        """The subject's visits in the order of the plan, with their forms and how far these are."""
        entries = Listed(casebook(self.subject, today=self.today))
        return page(self, entries, lambda rows: [VisitWithForms.of_casebook(row) for row in rows])

    @endpoint(Permission.VISIT_SCHEDULE, sends=VisitSent, answers=VisitRead, status=201)
    def post(self, sent: VisitSent) -> Response:
        """Add an unscheduled or early termination visit on a date."""
        visit = add_visit(subject=self.subject, event=sent.event, on=sent.on, by=self.by)
        return answered(VisitRead.of(visit), status=201, at=below(self.request, visit.name))


class Visit(VisitView):
    @endpoint(Permission.SUBJECT_VIEW, answers=VisitWithForms)
    def get(self) -> Response:
        """One visit: planned date, window, what became of it, and its forms."""
        entry = casebook_visit(self.subject, self.visit, today=self.today)
        return answered(VisitWithForms.of_casebook(entry))


class VisitAttendance(VisitView):
    @endpoint(Permission.VISIT_ATTEND, sends=AttendanceSent, answers=VisitRead)
    def post(self, sent: AttendanceSent) -> Response:
        """The visit took place on a date. Out of its window, that raises a deviation by itself."""
        visit = attend(visit=self.visit, on=sent.on, reason=sent.reason, today=self.today, by=self.by)
        return answered(VisitRead.of(visit))


class VisitAbsence(VisitView):
    @endpoint(Permission.VISIT_ATTEND, sends=AbsenceSent, answers=VisitRead)
    def post(self, sent: AbsenceSent) -> Response:
        """The visit was missed, and why."""
        visit = record_absence(visit=self.visit, reason=sent.reason, today=self.today, by=self.by)
        return answered(VisitRead.of(visit))
