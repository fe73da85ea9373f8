"""One visit: when it was planned, when it took place, its forms, and what can be done about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments.rules.progress import FormState
from assessments.selectors import ExpectedForm, casebook_visit
from review.selectors import queries_of
from subjects.models import Subject
from subjects.rules.lifecycle import IN_TRIAL, SubjectState
from trials.rules.events import ON_DEMAND, EventKind
from trials.rules.forms import Form
from trials.rules.roles import Permission
from visits.actions.attendance import attend, record_absence
from visits.actions.schedule import cancel, reschedule
from visits.models import Visit
from visits.rules.lifecycle import TRANSITIONS, VisitEvent, VisitState
from visits.selectors import event_of, visit_of
from workbench.desk import Desk, subject_page
from workbench.forms.acts import ActForm, AttendForm, ReasonForm, RescheduleForm, unplaced
from workbench.words import Mark, form_mark, headline, headline_of, late_by, visit_mark


@dataclass(frozen=True)
class Offered:
    """An act that can be done with the visit now, and its form."""

    name: str
    title: str
    form: ActForm
    opens: bool = False
    grave: bool = False

    @property
    def route(self) -> str:
        return f"admin:{self.name}"


@subject_page(Permission.SUBJECT_VIEW)
def visit_page(request: HttpRequest, desk: Desk, subject: Subject, visit: str) -> HttpResponse:
    return show(request, desk, visit_of(subject, visit), {})


def show(request: HttpRequest, desk: Desk, visit: Visit, refused: Mapping[str, ActForm]) -> HttpResponse:
    """The page of a visit, with the form of an act that was refused as it was left."""
    at = casebook_visit(visit.subject, visit, today=desk.today)
    acts = list(_offered(desk, visit, refused))
    context = {
        "at": at,
        "visit": visit,
        "subject": visit.subject,
        "mark": visit_mark(visit, desk.today),
        "offset": late_by(visit),
        "rows": [row for expected in at.forms for row in _form_rows(expected)],
        "has_infusion": at.event.kind is EventKind.INFUSION,
        "queries": list(queries_of(visit.subject).filter(assessment__visit=visit)),
        "acts": acts,
        "refusals": unplaced(refused, [act.name for act in acts]),
        "section": "subjects",
    }
    status = next((form.status for form in refused.values()), 200)
    return render(request, "workbench/visit.html", context, status=status)


@dataclass(frozen=True)
class FormRow:
    """One form of the visit, or one more of a form that repeats."""

    form: Form
    mark: Mark
    headline: str
    repeat: int
    is_another: bool = False


def _form_rows(expected: ExpectedForm) -> Iterator[FormRow]:
    """What was captured of a form, in order; a repeating one ends with the place for one more."""
    if len(expected.assessments) < 2:
        yield FormRow(expected.form, form_mark(expected.state), headline_of(expected), 1)
    else:
        for row in expected.assessments:
            mark = form_mark(FormState(row.state))
            yield FormRow(expected.form, mark, headline(expected.form, row), row.repeat)
    if expected.form.repeats and expected.assessments:
        last = max(row.repeat for row in expected.assessments)
        yield FormRow(expected.form, form_mark(FormState.OPTIONAL), "", last + 1, is_another=True)


def _offered(desk: Desk, visit: Visit, refused: Mapping[str, ActForm]) -> Iterator[Offered]:
    """The acts that the life cycle and the role allow now."""
    planned = visit.state == VisitState.PLANNED
    on_demand = event_of(visit).kind in ON_DEMAND
    here = SubjectState(visit.subject.state) in IN_TRIAL
    if Permission.VISIT_ATTEND in desk.permits:
        if (here or on_demand) and (VisitState(visit.state), VisitEvent.ATTEND) in TRANSITIONS:
            form = refused.get("attendance") or _attend_form(visit, desk)
            title = _("Correct the date") if visit.actual_date else _("Record attendance")
            yield Offered("attendance", title, form, opens=planned)
        if planned and here:
            form = refused.get("absence") or ReasonForm(auto_id="absence_%s")
            yield Offered("absence", _("Record as missed"), form, grave=True)
    if Permission.VISIT_SCHEDULE in desk.permits and planned:
        if on_demand:
            form = refused.get("reschedule") or RescheduleForm(auto_id="move_%s")
            yield Offered("reschedule", _("Move to another date"), form)
        form = refused.get("cancellation") or ReasonForm(auto_id="cancel_%s")
        yield Offered("cancellation", _("Cancel the visit"), form, grave=True)


def _attend_form(visit: Visit, desk: Desk, typed: Any = None) -> AttendForm:
    corrects = visit.state in (VisitState.ATTENDED, VisitState.MISSED)
    return AttendForm(typed, corrects=corrects, initial={"on": visit.actual_date or desk.today})


def _done(request: HttpRequest, visit: Visit, told: str) -> HttpResponse:
    messages.success(request, told)
    return redirect("admin:visit", visit.subject.trial.code, visit.subject.code, visit.name)


@require_POST
@subject_page(Permission.VISIT_ATTEND)
def attendance(request: HttpRequest, desk: Desk, subject: Subject, visit: str) -> HttpResponse:
    at = visit_of(subject, visit)
    form = _attend_form(at, desk, request.POST)
    if form.attempt(attend, visit=at, today=desk.today, by=desk.by):
        return _done(request, at, _("The visit took place."))
    return show(request, desk, at, {"attendance": form})


@require_POST
@subject_page(Permission.VISIT_ATTEND)
def absence(request: HttpRequest, desk: Desk, subject: Subject, visit: str) -> HttpResponse:
    at, form = visit_of(subject, visit), ReasonForm(request.POST)
    if form.attempt(record_absence, visit=at, today=desk.today, by=desk.by):
        return _done(request, at, _("The visit is recorded as missed."))
    return show(request, desk, at, {"absence": form})


@require_POST
@subject_page(Permission.VISIT_SCHEDULE)
def move(request: HttpRequest, desk: Desk, subject: Subject, visit: str) -> HttpResponse:
    at, form = visit_of(subject, visit), RescheduleForm(request.POST)
    if form.attempt(reschedule, visit=at, by=desk.by):
        return _done(request, at, _("The visit is moved."))
    return show(request, desk, at, {"reschedule": form})


@require_POST
@subject_page(Permission.VISIT_SCHEDULE)
def cancellation(request: HttpRequest, desk: Desk, subject: Subject, visit: str) -> HttpResponse:
    at, form = visit_of(subject, visit), ReasonForm(request.POST)
    if form.attempt(cancel, visit=at, by=desk.by):
        return _done(request, at, _("The visit is cancelled."))
    return show(request, desk, at, {"cancellation": form})
