"""The adverse events of a subject."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from safety.actions import correct_adverse_event, record_adverse_event
from safety.models import AdverseEvent
from safety.selectors import emergence, event_of, events_of
from subjects.models import Subject
from trials.rules.roles import Permission
from workbench.desk import Desk, subject_page
from workbench.forms.adverse_event import AdverseEventForm, stored_event


@subject_page(Permission.SUBJECT_VIEW)
def event_list(request: HttpRequest, desk: Desk, subject: Subject) -> HttpResponse:
    events = list(events_of(subject))
    emergent = emergence(subject, events)
    context = {
        "subject": subject,
        "rows": [(event, emergent[event.number]) for event in events],
        "section": "subjects",
    }
    return render(request, "workbench/adverse_events.html", context)


@subject_page(Permission.ADVERSE_EVENT_RECORD)
def new_event(request: HttpRequest, desk: Desk, subject: Subject) -> HttpResponse:
    form = AdverseEventForm(request.POST or None, subject=subject, event=None, initial={"aware_at": desk.now})
    known = {"subject": subject, "today": desk.today, "now": desk.now, "by": desk.by}
    if request.method == "POST" and form.attempt(record_adverse_event, **known):
        return _back(request, subject)
    return _show(request, subject, form, None)


@subject_page(Permission.SUBJECT_VIEW)
def event_page(request: HttpRequest, desk: Desk, subject: Subject, number: int) -> HttpResponse:
    event = event_of(subject, number)
    form = AdverseEventForm(request.POST or None, subject=subject, event=event, initial=stored_event(event))
    if request.method == "POST" and _correct(request, desk, event, form):
        return _back(request, subject)
    return _show(request, subject, form, event)


def _correct(request: HttpRequest, desk: Desk, event: AdverseEvent, form: AdverseEventForm) -> bool:
    desk.demand(Permission.ADVERSE_EVENT_RECORD)
    revision = request.POST.get("revision", "")
    return form.attempt(
        correct_adverse_event,
        event=event,
        expected_revision=int(revision) if revision.isdecimal() else 0,
        today=desk.today,
        now=desk.now,
        by=desk.by,
    )


def _back(request: HttpRequest, subject: Subject) -> HttpResponse:
    messages.success(request, _("The adverse event is recorded."))
    return redirect("admin:adverse-events", subject.trial.code, subject.code)


def _show(
    request: HttpRequest, subject: Subject, form: AdverseEventForm, event: AdverseEvent | None
) -> HttpResponse:
    context = {"subject": subject, "form": form, "event": event, "section": "subjects"}
    return render(request, "workbench/adverse_event.html", context, status=form.status)
