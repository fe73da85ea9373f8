"""The front page: what is due, in each trial that the person works in."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import User
from assessments.models import Assessment
from assessments.rules.eligibility import Stage
from assessments.rules.progress import FormState
from assessments.selectors import CasebookVisit, casebook_visit
from review.rules.lifecycle import QueryState
from review.selectors import visible_to as queries_visible_to
from safety.models import AdverseEvent
from safety.rules.terms import Outcome
from safety.selectors import visible_to as events_visible_to
from subjects.models import Subject
from subjects.rules.deviations import DeviationState
from subjects.rules.lifecycle import SubjectState
from subjects.selectors import deviations_visible_to, enrolment
from subjects.selectors import visible_to as subjects_visible_to
from trials.rules.roles import Permission
from trials.selectors import visible_to as trials_visible_to
from visits.models import Visit
from visits.rules.lifecycle import VisitState
from visits.selectors import open_visits
from visits.selectors import visible_to as visits_visible_to
from workbench.desk import Desk
from workbench.pages.notices import Told, in_words, notices_of
from workbench.words import Mark, visit_mark

AHEAD = timedelta(days=14)
LATEST = 6
OWING = frozenset({FormState.MISSING, FormState.INCOMPLETE})
SETTLED = (Outcome.RECOVERED, Outcome.SEQUELAE, Outcome.FATAL)


@dataclass(frozen=True)
class Owing:
    """A visit that took place, and its forms that are not finished."""

    at: CasebookVisit
    forms: tuple


@dataclass(frozen=True)
class Due:
    """What is due in one trial."""

    desk: Desk
    enrolment: dict[str, int | bool]
    visits: list[tuple[Visit, Mark]]
    owing: list[Owing]
    to_confirm: list[Subject]
    serious: list[AdverseEvent]
    deviations: int
    queries: int
    told: list[Told]

    def of(self, symbol: str) -> list[Visit]:
        return [visit for visit, mark in self.visits if mark.symbol == symbol]

    @property
    def overdue(self) -> list[Visit]:
        return self.of("overdue")

    @property
    def open(self) -> list[Visit]:
        return self.of("open")

    @property
    def ahead(self) -> list[Visit]:
        return self.of("planned")


def front(request: HttpRequest) -> HttpResponse:
    """One section a trial. Who only keeps registers sees where they are."""
    today = timezone.localdate()
    user = cast(User, request.user)
    desks = [Desk.of(user, trial.code) for trial in trials_visible_to(user, today)]
    context = {
        "dues": [due(desk) for desk in desks if Permission.SUBJECT_VIEW in desk.permits],
        "keeps": [desk for desk in desks if Permission.SUBJECT_VIEW not in desk.permits],
        "today": today,
    }
    return render(request, "workbench/front.html", context)


def due(desk: Desk) -> Due:
    """Read what is due; the number of statements does not grow with the trial."""
    to_come = open_visits(desk.role, on=desk.today, lead_days=AHEAD.days)
    return Due(
        desk=desk,
        enrolment=enrolment(desk.trial),
        visits=[(visit, visit_mark(visit, desk.today)) for visit in to_come],
        owing=_owing(desk),
        to_confirm=_to_confirm(desk),
        serious=list(events_visible_to(desk.role).filter(serious=True).exclude(outcome__in=SETTLED)),
        deviations=deviations_visible_to(desk.role).filter(state=DeviationState.OPEN).count(),
        queries=queries_visible_to(desk.role).filter(state=QueryState.OPEN).count(),
        told=[in_words(notice) for notice in notices_of(desk).filter(sent_at__isnull=False)[:LATEST]],
    )


def _to_confirm(desk: Desk) -> list[Subject]:
    """Subjects in screening whom the investigator has not confirmed for enrolment yet."""
    waiting = subjects_visible_to(desk.role).filter(state=SubjectState.SCREENING)
    return list(waiting.exclude(confirmations__stage=Stage.ENROLMENT))


def _owing(desk: Desk) -> list[Owing]:
    """Visits that took place, latest first, with the forms that are missing or not finished."""
    states = Assessment.objects.only("visit_id", "subject_id", "form", "repeat", "state")
    attended: QuerySet[Visit] = (
        visits_visible_to(desk.role)
        .filter(state=VisitState.ATTENDED)
        .select_related("subject", "version", "infusion")
        .prefetch_related(Prefetch("assessments", queryset=states))
        .order_by("-actual_date", "subject__number")
    )
    found = (_owed(visit, desk.today) for visit in attended)
    return [owing for owing in found if owing.forms]


def _owed(visit: Visit, today: date) -> Owing:
    at = casebook_visit(visit.subject, visit, today=today)
    return Owing(at, tuple(form for form in at.forms if form.state in OWING))
