"""Forms of a visit and rows of a log: one whole form, one request."""

from rest_framework.response import Response

from api.answers import answered, below
from api.endpoints import endpoint
from api.guards import SubjectView, VisitView
from api.pagination import Stored, page
from api.serializers.documents import Page
from api.serializers.forms import FormRead, FormSent
from assessments.actions.capture import capture, demand_form
from assessments.models import Assessment
from assessments.selectors import assessment_of
from audit.rules import InvalidValues, UnknownObject
from trials.rules.roles import Permission
from visits.models import Visit


def save(view: SubjectView, sent: FormSent, *, visit: Visit | None, repeat: int | None) -> Assessment:
    """Capture what was sent as the form of the view's address."""
    try:
        return capture(
            subject=view.subject,
            form=view.kwargs["form"],
            visit=visit,
            repeat=repeat,
            values=sent.values,
            overrides=sent.reasons_by_check,
            complete=sent.complete,
            expected_revision=view.expected_revision,
            drawn_from=sent.version,
            reason=sent.reason,
            today=view.today,
            by=view.by,
        )
    except InvalidValues as refusal:
        raise sent.located(refusal) from refusal


def read(view: SubjectView, *, visit: Visit | None, repeat: int) -> Response:
    """The captured form of the view's address."""
    row = assessment_of(view.subject, view.kwargs["form"], visit, repeat)
    if row is None:
        raise UnknownObject()
    return answered(FormRead.of(row), revision=row.revision)


class VisitForm(VisitView):
    tag = "Forms"

    @property
    def repeat(self) -> int:
        return self.kwargs.get("repeat", 1)

    @endpoint(Permission.SUBJECT_VIEW, answers=FormRead, tagged=True)
    def get(self) -> Response:
        """A captured form with what the server derived and what its checks ask."""
        return read(self, visit=self.visit, repeat=self.repeat)

    @endpoint(Permission.FORM_CAPTURE, sends=FormSent, answers=FormRead, conditional=True, creates=True)
    def put(self, sent: FormSent) -> Response:
        """Save one whole form, atomically.

        The same content again gives the same answer and leaves no second audit row. A soft check stores the
        value and asks about it, unless it is overridden with a reason.
        """
        row = save(self, sent, visit=self.visit, repeat=self.repeat)
        status = 201 if self.expected_revision is None else 200
        return answered(FormRead.of(row), status=status, revision=row.revision)


class RepeatedVisitForm(VisitForm):
    """One of several captures of a form that may repeat at a visit."""


class Log(SubjectView):
    tag = "Logs"

    @endpoint(Permission.SUBJECT_VIEW, answers=Page[FormRead], paged=True)
    def get(self) -> Response:
        """The rows of a log, by number."""
        form = self.kwargs["form"]
        demand_form(self.subject, form, visit=None)
        rows = Assessment.objects.filter(subject=self.subject, form=form, visit=None).select_related(
            "version"
        )
        return page(self, Stored(rows, "repeat"), lambda found: [FormRead.of(row) for row in found])

    @endpoint(Permission.FORM_CAPTURE, sends=FormSent, answers=FormRead, status=201, tagged=True)
    def post(self, sent: FormSent) -> Response:
        """Add a row to a log."""
        row = save(self, sent, visit=None, repeat=None)
        return answered(
            FormRead.of(row), status=201, revision=row.revision, at=below(self.request, row.repeat)
        )


class LogRow(SubjectView):
    tag = "Logs"

    @endpoint(Permission.SUBJECT_VIEW, answers=FormRead, tagged=True)
    def get(self) -> Response:
        """One row of a log."""
        return read(self, visit=None, repeat=self.kwargs["repeat"])

    @endpoint(Permission.FORM_CAPTURE, sends=FormSent, answers=FormRead, conditional=True)
    def put(self, sent: FormSent) -> Response:
        """Change a row of a log, with the reason."""
        row = save(self, sent, visit=None, repeat=self.kwargs["repeat"])
        return answered(FormRead.of(row), revision=row.revision)
