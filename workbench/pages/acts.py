"""The page of one act: its small form, and what was refused."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from workbench.forms.acts import ActForm


def act_page(request: HttpRequest, form: ActForm, *, title: str, **context: object) -> HttpResponse:
    """Show an act's form, for the first time or after a refusal."""
    shown = {"form": form, "title": title, "section": "subjects", **context}
    return render(request, "workbench/act.html", shown, status=form.status)
