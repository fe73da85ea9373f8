"""The audit trail of a subject: who did what when, why, through what, and what it changed."""

from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.selectors import TrailEntry, trail
from subjects.models import Subject
from trials.rules.roles import Permission
from workbench.desk import Desk, subject_page
from workbench.trail import Line, Reader

PER_PAGE = 50


class TrailFilter(forms.Form):
    """What to look for; everything where it is blank."""

    record = forms.ChoiceField(label=gettext_lazy("Record"), required=False)
    person = forms.ChoiceField(label=gettext_lazy("Person"), required=False)
    day = forms.DateField(
        label=gettext_lazy("Date"), required=False, widget=forms.DateInput({"type": "date"})
    )
    words = forms.CharField(label=gettext_lazy("Item or reason"), required=False)

    def __init__(self, *args: Any, entries: list[TrailEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", _("all"))]
        records = {entry.model: str(entry.model_label) for entry in entries}
        people = {entry.username for entry in entries}
        self.fields["record"].choices = everything + sorted(records.items())
        self.fields["person"].choices = everything + [(name, name) for name in sorted(people)]

    def holds(self, line: Line) -> bool:
        wanted, entry = self.cleaned_data, line.entry
        day: date | None = wanted["day"]
        return (
            wanted["record"] in ("", entry.model)
            and wanted["person"] in ("", entry.username)
            and day in (None, timezone.localtime(entry.at).date())
            and line.says(wanted["words"])
        )


@subject_page(Permission.AUDIT_VIEW)
def audit_trail(request: HttpRequest, desk: Desk, subject: Subject) -> HttpResponse:
    entries = trail(f"subject:{subject.pk}")
    reader = Reader(subject)
    asked = {name: request.GET.get(name, "") for name in TrailFilter.base_fields}
    wanted = TrailFilter(asked, entries=entries)
    found = [line for line in map(reader.line, entries) if wanted.is_valid() and wanted.holds(line)]
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"subject": subject, "wanted": wanted, "page": page, "section": "subjects"}
    return render(request, "workbench/audit.html", context)
