"""The audit trail of a subject: who did what when, why, through what, and what it changed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.selectors import Change, TrailEntry, trail
from subjects.models import Subject
from trials.rules.definition import ProtocolDefinition
from trials.rules.roles import ROLE_LABELS, Permission
from workbench.desk import Desk, subject_page
from workbench.templatetags.workbench import say

PER_PAGE = 50
KINDS = {"created": gettext_lazy("created"), "changed": gettext_lazy("changed")}
CHANNELS = {
    "web": gettext_lazy("web page"),
    "api": gettext_lazy("API"),
    "task": gettext_lazy("background task"),
    "import": gettext_lazy("import"),
    "command": gettext_lazy("command"),
}
# What every row has and nobody reads: bookkeeping beside the record.
UNREAD = {"version", "revision", "order", "subject", "trial", "digest", "visit", "assessment"}


@dataclass(frozen=True)
class Line:
    """One entry in words."""

    entry: TrailEntry
    role: str
    kind: str
    channel: str
    changes: tuple[tuple[str, Any, Any], ...]


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
        records = {entry.model: entry.model_label for entry in entries}
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
            and wanted["words"].lower() in _everything_said(line)
        )


@subject_page(Permission.AUDIT_VIEW)
def audit_trail(request: HttpRequest, desk: Desk, subject: Subject) -> HttpResponse:
    entries = trail(f"subject:{subject.pk}")
    lines = [_line(entry, subject.version.definition) for entry in entries]
    wanted = TrailFilter(
        {name: request.GET.get(name, "") for name in TrailFilter.base_fields}, entries=entries
    )
    found = [line for line in lines if wanted.is_valid() and wanted.holds(line)]
    context = {
        "subject": subject,
        "wanted": wanted,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "section": "subjects",
    }
    return render(request, "workbench/audit.html", context)


def _line(entry: TrailEntry, definition: ProtocolDefinition) -> Line:
    return Line(
        entry,
        _(ROLE_LABELS[entry.role]) if entry.role in ROLE_LABELS else entry.role,
        str(KINDS.get(entry.kind, entry.kind)),
        str(CHANNELS.get(entry.channel, entry.channel)),
        tuple(_change(entry, c, definition) for c in entry.changes if c.field not in UNREAD),
    )


def _change(entry: TrailEntry, change: Change, definition: ProtocolDefinition) -> tuple[str, Any, Any]:
    """The item in the reader's language where the change is one of a form."""
    form = definition.form(entry.object_label.partition(" ")[0]) if entry.model == "assessment" else None
    item = form.item(str(change.label)) if form and "." in change.field else None
    return (say(item.label) if item else str(change.label), change.old, change.new)


def _everything_said(line: Line) -> str:
    parts = [line.entry.reason, line.entry.object_label, *(str(p) for c in line.changes for p in c)]
    return " ".join(parts).lower()
