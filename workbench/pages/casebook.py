"""The casebook: everything recorded about one subject, at a glance."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from assessments.rules.progress import FormState
from assessments.selectors import CasebookVisit, ExpectedForm, casebook, measure_courses
from review.rules.lifecycle import QueryState
from review.selectors import queries_of
from safety.selectors import events_of
from subjects.models import Consent, Subject
from subjects.rules.lifecycle import IN_TRIAL, SubjectState
from subjects.selectors import deviations_of
from trials.rules.dates import study_day
from trials.rules.events import EventKind
from trials.rules.forms import Form
from trials.rules.roles import Permission
from visits.rules.lifecycle import VisitState
from workbench.desk import Desk, subject_page
from workbench.plots import Plot, draw
from workbench.words import LEGEND, Mark, form_mark, headline_of, late_by, subject_mark, visit_mark


@dataclass(frozen=True)
class Cell:
    """One form at one visit: its state, its headline, how often it was captured, if it can be opened."""

    form: Form
    mark: Mark
    headline: str
    times: int
    opens: bool
    asked: bool


@dataclass(frozen=True)
class Row:
    """One visit across the grid; a form that the visit does not have leaves a blank."""

    at: CasebookVisit
    mark: Mark
    offset: int | None
    cells: tuple[Cell | None, ...]
    has_infusion: bool


@subject_page(Permission.SUBJECT_VIEW)
def casebook_page(request: HttpRequest, desk: Desk, subject: Subject) -> HttpResponse:
    visits = casebook(subject, today=desk.today)
    queries, consents = list(queries_of(subject)), list(subject.consents.all())
    asked = {query.assessment_id for query in queries if query.state == QueryState.OPEN}
    context = {
        "subject": subject,
        "mark": subject_mark(subject),
        "consents": consents,
        "confirmations": list(subject.confirmations.defer("evaluation")),
        "acts": _acts(desk, subject, visits, consents),
        "study_day": study_day(desk.today, subject.day1) if subject.day1 else None,
        "legend": LEGEND,
        "next": _next(visits),
        "plots": _plots(subject, visits),
        "events": list(events_of(subject)),
        "logs": _logs(subject),
        "deviations": list(deviations_of([subject])),
        "queries": queries,
        "section": "subjects",
        **_grid(subject, visits, desk.today, asked),
    }
    return render(request, "workbench/casebook.html", context)


def _grid(
    subject: Subject, visits: list[CasebookVisit], today: date, asked: set[int | None]
) -> dict[str, object]:
    """Visits down, forms across, in the order of the plan; only forms that occur."""
    occurring = {expected.form.oid: expected.form for at in visits for expected in at.forms}
    planned = [f for event in subject.version.definition.events for f in event.forms]
    order = dict.fromkeys([*(ref.form for ref in planned), *occurring])
    forms = [occurring[oid] for oid in order if oid in occurring]
    return {"forms": forms, "rows": [_row(at, forms, today, asked) for at in visits]}


def _row(at: CasebookVisit, forms: list[Form], today: date, asked: set[int | None]) -> Row:
    cells = {e.form.oid: _cell(e, at, asked) for e in at.forms}
    visit = at.visit
    return Row(
        at,
        visit_mark(visit, today),
        late_by(visit),
        tuple(cells.get(form.oid) for form in forms),
        at.event.kind is EventKind.INFUSION,
    )


def _cell(expected: ExpectedForm, at: CasebookVisit, asked: set[int | None]) -> Cell:
    mark = form_mark(expected.state)
    if expected.state is FormState.MISSING and at.visit.state == VisitState.PLANNED:
        mark = Mark("overdue", _("overdue"))
    return Cell(
        expected.form,
        mark,
        headline_of(expected),
        len(expected.assessments),
        at.visit.state == VisitState.ATTENDED,
        any(row.pk in asked for row in expected.assessments),
    )


def _acts(
    desk: Desk, subject: Subject, visits: list[CasebookVisit], consents: list[Consent]
) -> list[tuple[str, str]]:
    """What this person can do with the subject now, as route and words."""
    state = SubjectState(subject.state)
    screening, here = state is SubjectState.SCREENING, state in IN_TRIAL
    unsigned = len(consents) < len(subject.version.definition.consent_versions)
    movable = state is SubjectState.ENROLLED and not any(at.infusion for at in visits)
    possible = [
        (Permission.CONSENT_RECORD, here and unsigned, "admin:consent", _("Record consent")),
        (Permission.SUBJECT_ENROL, screening, "admin:enrol", _("Enrol")),
        (Permission.VISIT_SCHEDULE, here, "admin:unscheduled", _("Add a visit")),
        (Permission.VISIT_SCHEDULE, movable, "admin:plan-day1", _("Move Day 1")),
        (Permission.SUBJECT_DISPOSE, here, "admin:disposition", _("Leaving the trial")),
    ]
    return [(route, word) for needed, now, route, word in possible if now and needed in desk.permits]


def _next(visits: list[CasebookVisit]) -> CasebookVisit | None:
    """The first visit that is still planned, by date."""
    planned = [
        (at.visit.planned_date, number, at)
        for number, at in enumerate(visits)
        if at.visit.state == VisitState.PLANNED and at.visit.planned_date
    ]
    return min(planned)[-1] if planned else None


def _plots(subject: Subject, visits: list[CasebookVisit]) -> list[Plot]:
    dates = {at.visit.name: at.visit.actual_date for at in visits}
    drawn = [
        draw(measure, course, baseline_on=dates.get(measure.baseline))
        for measure, course in measure_courses(subject)
    ]
    return [plot for plot in drawn if plot]


def _logs(subject: Subject) -> list[tuple[Form, int]]:
    """Each log and how many rows it has."""
    captured = subject.assessments.filter(visit=None).order_by().values_list("form", flat=True)
    rows = list(captured)
    return [(form, rows.count(form.oid)) for form in subject.version.definition.logs()]
