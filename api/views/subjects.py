"""Subjects: screened, enrolled, and how they leave."""

from typing import Any

from rest_framework.response import Response

from api.answers import answered, below
from api.endpoints import endpoint
from api.guards import SubjectView, TrialView
from api.pagination import Stored, page
from api.parameters import choice
from api.serializers.documents import Page
from api.serializers.subjects import (
    DispositionSent,
    EnrolmentSent,
    ScreeningSent,
    SubjectInFull,
    SubjectRead,
    VisitsSummary,
)
from assessments.actions.eligibility import enrol_subject
from audit.rules import gettext_noop as _
from audit.rules import invalid
from subjects.rules.lifecycle import SubjectEvent, SubjectState
from subjects.selectors import visible_to
from trials.models import Site
from trials.rules.roles import Permission
from trials.selectors import sites_of
from visits.actions.disposition import end_participation
from visits.actions.screening import screen_subject

DEMOGRAPHY = "DM"  # the name of the form in every trial (CDISC CDASH)
STATE = choice("state", tuple(SubjectState), "Only subjects in this state.")


class Subjects(TrialView):
    tag = "Subjects"

    @endpoint(Permission.SUBJECT_VIEW, answers=Page[SubjectRead], query=(STATE,), paged=True)
    def get(self) -> Response:
        """The subjects of the caller's sites, by screening number."""
        subjects = visible_to(self.role)
        if self.query["state"]:
            subjects = subjects.filter(state=self.query["state"])
        return page(self, Stored(subjects, "number"), lambda rows: [SubjectRead.of(row) for row in rows])

    @endpoint(Permission.SUBJECT_SCREEN, sends=ScreeningSent, answers=SubjectRead, status=201)
    def post(self, sent: ScreeningSent) -> Response:
        """Screen a new subject; the answer holds the subject code."""
        subject = screen_subject(
            trial=self.trial,
            site=self._site(sent.site),
            screened_on=sent.screened_on,
            today=self.today,
            by=self.by,
        )
        return answered(SubjectRead.of(subject), status=201, at=below(self.request, subject.code))

    def _site(self, number: str) -> Site:
        site = sites_of(self.role).filter(number=number).first()
        if site is None:
            raise invalid("/site", "unknown-site", _("There is no site of that number that you may use."))
        return site


class Subject(SubjectView):
    @endpoint(Permission.SUBJECT_VIEW, answers=SubjectInFull)
    def get(self) -> Response:
        """One subject: state, demography, and where its visits stand."""
        visits = VisitsSummary.of(self.subject.visits.order_by("order", "id"))
        return answered(SubjectInFull.of(self.subject, demography=self._demography(), visits=visits))

    def _demography(self) -> dict[str, Any] | None:
        row = self.subject.assessments.filter(form=DEMOGRAPHY).order_by("id").first()
        return {**row.values, **row.derived} if row else None


class SubjectEnrolment(SubjectView):
    @endpoint(Permission.SUBJECT_ENROL, sends=EnrolmentSent, answers=SubjectRead, status=201)
    def post(self, sent: EnrolmentSent) -> Response:
        """Enrol the subject under the next enrolment number, and plan the schedule.

        Refused with `enrolment-cap-reached`, and with `not-eligible` before the investigator's confirmation.
        """
        subject = enrol_subject(
            subject=self.subject,
            enrolled_on=sent.enrolled_on,
            day1=sent.day1,
            today=self.today,
            by=self.by,
        )
        return answered(SubjectRead.of(subject), status=201)


class SubjectDisposition(SubjectView):
    @endpoint(Permission.SUBJECT_DISPOSE, sends=DispositionSent, answers=SubjectRead, status=201)
    def post(self, sent: DispositionSent) -> Response:
        """Record how the subject left the trial; visits that can't take place any more are cancelled."""
        subject = end_participation(
            subject=self.subject,
            event=SubjectEvent(sent.event),
            on=sent.on,
            reason=sent.reason,
            today=self.today,
            by=self.by,
        )
        return answered(SubjectRead.of(subject), status=201)
