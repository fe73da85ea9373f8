"""One form of a visit: filled in, judged while it is typed, saved as a whole."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audit.rules import RuleViolation
from subjects.models import Subject
from trials.rules.roles import Permission
from visits.selectors import visit_of
from workbench.desk import Desk, subject_page
from workbench.forms.answers import Answers
from workbench.forms.place import Place
from workbench.forms.sheet import Sheet
from workbench.refusals import status_of, words_of


@subject_page(Permission.SUBJECT_VIEW)
def visit_form(
    request: HttpRequest, desk: Desk, subject: Subject, visit: str, form: str, repeat: int = 1
) -> HttpResponse:
    place = Place.of(desk, subject, visit_of(subject, visit), form, repeat)
    if request.method == "POST":
        return save(request, place, "admin:visit", subject.trial.code, subject.code, visit)
    return show(request, place, place.sheet(place.blank()))


@require_POST
@subject_page(Permission.FORM_CAPTURE)
def visit_form_preview(
    request: HttpRequest, desk: Desk, subject: Subject, visit: str, form: str, repeat: int = 1
) -> HttpResponse:
    return preview(request, Place.of(desk, subject, visit_of(subject, visit), form, repeat))


def save(request: HttpRequest, place: Place, back: str, *keys: str) -> HttpResponse:
    """Save what was typed; a refusal shows it again, with what to mend."""
    place.desk.demand(Permission.FORM_CAPTURE)
    answers = Answers.posted(place.form, request.POST)
    try:
        place.save(answers, complete=request.POST.get("complete") == "yes")
    except RuleViolation as refusal:
        return refuse(request, place, answers, refusal)
    messages.success(request, _("Saved."))
    return redirect(back, *keys)


def refuse(request: HttpRequest, place: Place, answers: Answers, refusal: RuleViolation) -> HttpResponse:
    """The page as the person left it. A stale edit may be saved again on top of what is stored now."""
    sheet = place.sheet(answers, refusal)
    context = {"refusal": words_of(refusal), "unsaved": True}
    return show(request, place, sheet, status=status_of(refusal), **context)


def show(
    request: HttpRequest, place: Place, sheet: Sheet, status: int = 200, **context: object
) -> HttpResponse:
    """The page of a form."""
    context |= {"place": place, "sheet": sheet, "subject": place.subject, "section": "subjects"}
    return render(request, "workbench/form.html", context, status=status)


def preview(request: HttpRequest, place: Place) -> HttpResponse:
    """What changed beside the answers since the page last showed it. Nothing is stored."""
    sheet = place.sheet(Answers.posted(place.form, request.POST))
    changed = [q for q in sheet.questions if q.item.captured and q.mark != q.seen]
    context = {
        "sheet": sheet,
        "toggled": [question for question in changed if question.toggles],
        "noted": [question for question in changed if not question.toggles],
    }
    return render(request, "workbench/form_preview.html", context)
