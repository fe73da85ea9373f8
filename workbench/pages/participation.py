"""The acts that carry one subject through the trial: consent, enrolment, planning, leaving."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from assessments.actions.eligibility import enrol_subject
from subjects.actions import record_consent
from subjects.models import Subject
from trials.rules.roles import Permission
from visits.actions.disposition import end_participation
from visits.actions.schedule import add_visit, move_day1
from workbench.desk import Desk, subject_page
from workbench.forms.acts import AddVisitForm, ConsentForm, DispositionForm, EnrolForm, MoveDay1Form
from workbench.pages.acts import act_page


def _back(request: HttpRequest, subject: Subject, told: str) -> HttpResponse:
    messages.success(request, told)
    return redirect("admin:casebook", subject.trial.code, subject.code)


@subject_page(Permission.CONSENT_RECORD)
def consent(request: HttpRequest, desk: Desk, subject: Subject) -> HttpResponse:
    form = ConsentForm(request.POST or None, subject=subject)
    known = {"subject": subject, "now": desk.now, "by": desk.by}
    if request.method == "POST" and form.attempt(record_consent, **known):
        return _back(request, subject, _("The consent is recorded."))
    return act_page(request, form, subject=subject, title=_("Record consent"))


@subject_page(Permission.SUBJECT_ENROL)
def enrol(request: HttpRequest, desk: Desk, subject: Subject) -> HttpResponse:
    form = EnrolForm(request.POST or None, initial={"enrolled_on": desk.today})
    known = {"subject": subject, "today": desk.today, "by": desk.by}
    if request.method == "POST" and form.attempt(enrol_subject, **known):
        return _back(request, subject, _("The subject is enrolled and the schedule is planned."))
    return act_page(request, form, subject=subject, title=_("Enrol"))


@subject_page(Permission.VISIT_SCHEDULE)
def plan_day1(request: HttpRequest, desk: Desk, subject: Subject) -> HttpResponse:
    form = MoveDay1Form(request.POST or None, initial={"day1": subject.day1})
    if request.method == "POST" and form.attempt(move_day1, subject=subject, by=desk.by):
        return _back(request, subject, _("Day 1 and the whole schedule are moved."))
    return act_page(request, form, subject=subject, title=_("Move Day 1"))


@subject_page(Permission.VISIT_SCHEDULE)
def unscheduled(request: HttpRequest, desk: Desk, subject: Subject) -> HttpResponse:
    form = AddVisitForm(request.POST or None, subject=subject, initial={"on": desk.today})
    if request.method == "POST" and form.attempt(add_visit, subject=subject, by=desk.by):
        return _back(request, subject, _("The visit is added."))
    return act_page(request, form, subject=subject, title=_("Add a visit"))


@subject_page(Permission.SUBJECT_DISPOSE)
def disposition(request: HttpRequest, desk: Desk, subject: Subject) -> HttpResponse:
    form = DispositionForm(request.POST or None, subject=subject, initial={"on": desk.today})
    known = {"subject": subject, "today": desk.today, "by": desk.by}
    if request.method == "POST" and form.attempt(end_participation, **known):
        return _back(request, subject, _("It is recorded how the subject left the trial."))
    return act_page(
        request,
        form,
        subject=subject,
        title=_("Leaving the trial"),
        submit=_("Record that the subject leaves"),
        warning=_("Visits whose window has not opened by then are cancelled. This can't be undone here."),
        grave=True,
    )
