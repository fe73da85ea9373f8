"""Data queries: what is asked about captured values, and the answers."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audit.rules import UnknownObject
from review.actions import answer_query, cancel_query, close_query, reopen_query
from review.models import Query
from review.rules.lifecycle import QUERY_STATE_LABELS, QueryEvent, QueryState, permits
from review.selectors import conversation, query_for, visible_to
from trials.rules.roles import Permission
from workbench.desk import Desk, trial_page
from workbench.forms.acts import ActForm, AnswerForm, NoteForm, ReasonForm, unplaced

# Which act moves a query, who may, and what it asks for.
MOVES: dict[QueryEvent, tuple[Permission, Callable[..., Any], type[ActForm]]] = {
    QueryEvent.ANSWER: (Permission.QUERY_ANSWER, answer_query, AnswerForm),
    QueryEvent.CLOSE: (Permission.QUERY_CLOSE, close_query, NoteForm),
    QueryEvent.REOPEN: (Permission.QUERY_RAISE, reopen_query, ReasonForm),
    QueryEvent.CANCEL: (Permission.QUERY_RAISE, cancel_query, ReasonForm),
}


@trial_page(Permission.QUERY_VIEW)
def query_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    chosen = request.GET.get("state", QueryState.OPEN)
    everything = list(visible_to(desk.role).order_by("-number"))
    numbers = [(state, sum(q.state == state for q in everything)) for state in QueryState]
    context = {
        "chosen": chosen,
        "queries": [query for query in everything if chosen in ("all", query.state)],
        "tabs": [(s.value, _(QUERY_STATE_LABELS[s]), n) for s, n in numbers if n or s == QueryState.OPEN],
        "total": len(everything),
        "section": "queries",
    }
    return render(request, "workbench/queries.html", context)


@trial_page(Permission.QUERY_VIEW)
def query_page(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    return _show(request, desk, query_for(desk.role, number), {})


@require_POST
@trial_page(Permission.QUERY_VIEW)
def query_move(request: HttpRequest, desk: Desk, number: int, event: str) -> HttpResponse:
    if event not in MOVES:
        raise UnknownObject()
    needed, act, form_class = MOVES[QueryEvent(event)]
    desk.demand(needed)
    query, form = query_for(desk.role, number), form_class(request.POST)
    if form.attempt(act, query=query, by=desk.by):
        messages.success(request, _("Saved."))
        return redirect("admin:query", desk.trial.code, number)
    return _show(request, desk, query, {event: form})


def _show(request: HttpRequest, desk: Desk, query: Query, refused: dict[str, ActForm]) -> HttpResponse:
    possible = {
        event.value: refused.get(event) or form_class()
        for event, (needed, _act, form_class) in MOVES.items()
        if permits(query.state, event) and needed in desk.permits
    }
    context = {
        "query": query,
        "turns": conversation(query, get_language() or "en"),
        "moves": possible,
        "refusals": unplaced(refused, possible),
        "section": "queries",
    }
    status = next((form.status for form in refused.values()), 200)
    return render(request, "workbench/query.html", context, status=status)
