"""The subjects of a trial, how far each is, and screening a new one."""

from django.contrib import messages
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from assessments.models import Assessment
from subjects.models import Subject
from subjects.rules.lifecycle import STATE_LABELS, SubjectState
from subjects.selectors import enrolment, visible_to
from trials.rules.definition import Measure
from trials.rules.roles import Permission
from trials.selectors import current_version
from visits.actions.screening import screen_subject
from visits.models import Visit
from visits.rules.lifecycle import VisitState
from workbench.desk import Desk, trial_page
from workbench.forms.acts import ScreenForm
from workbench.pages.acts import act_page
from workbench.words import subject_mark


@trial_page(Permission.SUBJECT_VIEW)
def subject_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    chosen = request.GET.get("state", "")
    measures = current_version(desk.trial).definition.measures
    everyone = list(_overview(visible_to(desk.role), measures))
    context = {
        "chosen": chosen,
        "rows": [_row(s, measures) for s in everyone if chosen in ("", s.state)],
        "tabs": _tabs(everyone),
        "total": len(everyone),
        "measures": measures,
        "enrolment": enrolment(desk.trial),
        "section": "subjects",
    }
    return render(request, "workbench/subjects.html", context)


@trial_page(Permission.SUBJECT_SCREEN)
def screen(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = ScreenForm(request.POST or None, role=desk.role, initial={"screened_on": desk.today})
    made: list[Subject] = []
    if request.method == "POST" and form.attempt(
        lambda **typed: made.append(screen_subject(**typed)),
        trial=desk.trial,
        today=desk.today,
        by=desk.by,
    ):
        messages.success(request, _("Subject {code} is in screening.").format(code=made[0].code))
        return redirect("admin:casebook", desk.trial.code, made[0].code)
    return act_page(request, form, title=_("Screen a new subject"), submit=_("Start screening"))


def _overview(subjects: QuerySet[Subject], measures: tuple[Measure, ...]) -> QuerySet[Subject]:
    """Each subject with its next visit and its latest scores, in one query."""
    to_come = Visit.objects.filter(subject=OuterRef("pk"), state=VisitState.PLANNED).order_by(
        F("planned_date").asc(nulls_last=True), "order"
    )
    return subjects.annotate(
        next_visit=Subquery(to_come.values("name")[:1]),
        next_opens=Subquery(to_come.values("opens_on")[:1]),
        next_closes=Subquery(to_come.values("closes_on")[:1]),
        **{f"latest_{measure.oid}": _latest(measure) for measure in measures},
    )


def _latest(measure: Measure) -> Subquery:
    taken = Assessment.objects.filter(
        subject=OuterRef("pk"), form=measure.form, visit__actual_date__isnull=False
    ).order_by("-visit__actual_date", "-visit__order")
    return Subquery(taken.values("derived")[:1])


def _row(subject: Subject, measures: tuple[Measure, ...]) -> dict[str, object]:
    return {
        "subject": subject,
        "mark": subject_mark(subject),
        "scores": [(getattr(subject, f"latest_{m.oid}") or {}).get(m.item) for m in measures],
    }


def _tabs(everyone: list[Subject]) -> list[tuple[str, str, int]]:
    """State, word and number of subjects, for the states that occur."""
    numbers = [(state, sum(s.state == state for s in everyone)) for state in SubjectState]
    return [(state.value, _(STATE_LABELS[state]), number) for state, number in numbers if number]
