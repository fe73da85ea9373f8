"""The infusion given at a visit."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from subjects.models import Subject
from trials.rules.roles import Permission
from visits.actions.infusion import record_infusion
from visits.models import Infusion, Visit
from visits.selectors import visit_of
from workbench.desk import Desk, subject_page
from workbench.forms.infusion import InfusionForm, stored_infusion


@subject_page(Permission.SUBJECT_VIEW)
def infusion(request: HttpRequest, desk: Desk, subject: Subject, visit: str) -> HttpResponse:
    at = visit_of(subject, visit)
    found = Infusion.objects.filter(visit=at).first()
    initial = stored_infusion(found, subject.version.definition)
    form = InfusionForm(request.POST or None, infusion=found, initial=initial)
    if request.method == "POST" and _save(request, desk, at, form):
        messages.success(request, _("The infusion is recorded."))
        return redirect("admin:visit", subject.trial.code, subject.code, visit)
    context = {"form": form, "infusion": found, "visit": at, "subject": subject, "section": "subjects"}
    return render(request, "workbench/infusion.html", context, status=form.status)


def _save(request: HttpRequest, desk: Desk, visit: Visit, form: InfusionForm) -> bool:
    desk.demand(Permission.INFUSION_RECORD)
    revision = request.POST.get("revision", "")
    expected = int(revision) if revision.isdecimal() else None
    return form.attempt(record_infusion, visit=visit, expected_revision=expected, now=desk.now, by=desk.by)
