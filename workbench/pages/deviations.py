"""The protocol deviations that the system found."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from subjects.rules.deviations import DeviationState
from subjects.selectors import deviations_visible_to
from trials.rules.roles import Permission
from workbench.desk import Desk, trial_page


@trial_page(Permission.DEVIATION_VIEW)
def deviation_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    chosen = request.GET.get("state", DeviationState.OPEN)
    everything = list(deviations_visible_to(desk.role).order_by("-occurred_on", "-id"))
    context = {
        "chosen": chosen,
        "deviations": [d for d in everything if chosen in ("all", d.state)],
        "counts": {state: sum(d.state == state for d in everything) for state in DeviationState},
        "total": len(everything),
        "section": "deviations",
    }
    return render(request, "workbench/deviations.html", context)
