"""The logs of a subject (concomitant medication, prior therapy): one row, one form."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from assessments.actions.capture import demand_form
from assessments.models import Assessment
from subjects.models import Subject
from trials.rules.definition import ProtocolDefinition
from trials.rules.forms import Item
from trials.rules.roles import Permission
from workbench.desk import Desk, subject_page
from workbench.forms.answers import shown
from workbench.forms.place import Place
from workbench.pages.forms import preview, save, show
from workbench.words import NOTHING, say


@dataclass(frozen=True)
class LogRow:
    """One row of a log, each value in words."""

    row: Assessment
    cells: tuple[tuple[Item, str], ...]


@subject_page(Permission.SUBJECT_VIEW)
def log(request: HttpRequest, desk: Desk, subject: Subject, form: str) -> HttpResponse:
    declared = demand_form(subject, form, None)
    items = list(declared.items())
    rows = subject.assessments.filter(visit=None, form=form).order_by("repeat")
    definition = subject.version.definition
    context = {
        "subject": subject,
        "log": declared,
        "items": items,
        "rows": [LogRow(row, tuple((item, _words(definition, item, row)) for item in items)) for row in rows],
        "section": "subjects",
    }
    return render(request, "workbench/log.html", context)


@subject_page(Permission.SUBJECT_VIEW)
def log_row(
    request: HttpRequest, desk: Desk, subject: Subject, form: str, number: int | None = None
) -> HttpResponse:
    place = Place.of(desk, subject, None, form, number)
    if request.method == "POST":
        return save(request, place, "admin:log", subject.trial.code, subject.code, form)
    return show(request, place, place.sheet(place.blank()))


@require_POST
@subject_page(Permission.FORM_CAPTURE)
def log_row_preview(
    request: HttpRequest, desk: Desk, subject: Subject, form: str, number: int | None = None
) -> HttpResponse:
    return preview(request, Place.of(desk, subject, None, form, number))


def _words(definition: ProtocolDefinition, item: Item, row: Assessment) -> str:
    """A value of the row, in words; why there is none; or a dash."""
    if reason := row.not_done.get(item.oid):
        return _label(definition, item.not_done, reason)
    value = {**row.values, **row.derived}.get(item.oid)
    if value is None:
        return NOTHING
    return _label(definition, item.codelist, value) if item.codelist else shown(item, value)


def _label(definition: ProtocolDefinition, codelist: str | None, code: str | int) -> str:
    known = definition.codelist(codelist or "")
    return say(known.label(code) if known else None) or str(code)
