"""Eligibility: each criterion with what it rests on, the investigator's judgements, the confirmation."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from assessments.actions.eligibility import confirm, judge
from assessments.rules.eligibility import CriterionResult, Outcome, Stage
from assessments.selectors import evaluate_eligibility
from subjects.models import EligibilityConfirmation, Subject
from subjects.rules.lifecycle import SubjectState
from trials.rules.definition import ProtocolDefinition
from trials.rules.roles import Permission
from workbench.basis import Basis, basis_of
from workbench.desk import Desk, subject_page
from workbench.forms.acts import ActForm, ConfirmationForm, JudgementForm, unplaced
from workbench.words import CRITERION_MARKS, Mark

STAGES = {Stage.SCREENING: gettext_lazy("At screening"), Stage.ENROLMENT: gettext_lazy("At enrolment")}


@dataclass(frozen=True)
class CriterionRow:
    """One criterion on the page."""

    result: CriterionResult
    mark: Mark
    rests_on: tuple[Basis, ...]
    form: ActForm | None


@subject_page(Permission.SUBJECT_VIEW)
def eligibility(request: HttpRequest, desk: Desk, subject: Subject) -> HttpResponse:
    return _show(request, desk, subject, _stage(request.GET.get("stage", "")))


@require_POST
@subject_page(Permission.CRITERION_JUDGE)
def judgement(request: HttpRequest, desk: Desk, subject: Subject, criterion: str) -> HttpResponse:
    form, stage = JudgementForm(request.POST), _stage(request.POST.get("stage", ""))
    if form.attempt(judge, subject=subject, criterion=criterion, by=desk.by):
        messages.success(request, _("{criterion}: the answer is kept.").format(criterion=criterion))
        return _back(subject, stage, anchor=criterion)
    return _show(request, desk, subject, stage, {criterion: form})


@require_POST
@subject_page(Permission.ELIGIBILITY_CONFIRM)
def confirmation(request: HttpRequest, desk: Desk, subject: Subject) -> HttpResponse:
    form, stage = ConfirmationForm(request.POST), _stage(request.POST.get("stage", ""))
    if form.attempt(confirm, subject=subject, stage=stage, today=desk.today, by=desk.by):
        messages.success(request, _("The decision is kept, with the evaluation as it stands."))
        return _back(subject, stage)
    return _show(request, desk, subject, stage, {"confirmation": form})


def _stage(name: str) -> Stage:
    return Stage.ENROLMENT if name == Stage.ENROLMENT else Stage.SCREENING


def _back(subject: Subject, stage: Stage, anchor: str = "") -> HttpResponse:
    response = redirect("admin:eligibility", subject.trial.code, subject.code)
    response["Location"] += f"?stage={stage}#{anchor or 'confirmation'}"
    return response


def _show(
    request: HttpRequest,
    desk: Desk,
    subject: Subject,
    stage: Stage,
    refused: dict[str, ActForm] | None = None,
) -> HttpResponse:
    refused = refused or {}
    evaluation = evaluate_eligibility(subject, stage, on=desk.today)
    screening = subject.state == SubjectState.SCREENING
    groups = _groups(desk, subject, evaluation.results, screening, refused)
    confirmation = _confirmation_form(desk, screening, refused)
    shown = [row.result.criterion.oid for _title, rows in groups for row in rows if row.form]
    context = {
        "subject": subject,
        "stage": stage,
        "stages": list(STAGES.items()),
        "evaluation": evaluation,
        "groups": groups,
        "snapshots": [_snapshot(kept) for kept in _decisions(subject)],
        "confirmation": confirmation,
        "refusals": unplaced(refused, [*shown, "confirmation"] if confirmation else shown),
        "section": "subjects",
    }
    status = next((form.status for form in refused.values()), 200)
    return render(request, "workbench/eligibility.html", context, status=status)


def _groups(
    desk: Desk,
    subject: Subject,
    results: tuple[CriterionResult, ...],
    screening: bool,
    refused: dict[str, ActForm],
) -> list[tuple[str, list[CriterionRow]]]:
    """The criteria by kind, each with its judgement form where the person may answer it."""
    definition = subject.version.definition
    may_judge = screening and Permission.CRITERION_JUDGE in desk.permits
    rows = [
        CriterionRow(
            result,
            CRITERION_MARKS[result.outcome],
            tuple(_rests_on(definition, subject, result)),
            _judgement_form(result, refused) if may_judge and result.criterion.is_judgement else None,
        )
        for result in results
    ]
    titles = {"inclusion": _("Inclusion criteria"), "exclusion": _("Exclusion criteria")}
    return [
        (title, [row for row in rows if row.result.criterion.kind == kind]) for kind, title in titles.items()
    ]


def _rests_on(definition: ProtocolDefinition, subject: Subject, result: CriterionResult) -> Iterator[Basis]:
    known: dict[str, Any] = {**result.inputs, **dict.fromkeys(result.missing)}
    for name, value in known.items():
        yield basis_of(definition, subject, name, value)


def _decisions(subject: Subject) -> QuerySet[EligibilityConfirmation]:
    return subject.confirmations.select_related("version", "subject__trial").order_by("-id")


def _snapshot(kept: EligibilityConfirmation) -> dict[str, Any]:
    """A decision that was made, with each criterion as it stood then, under the version of then."""
    definition = kept.version.definition
    criteria = [
        {
            "oid": result["criterion"],
            "mark": CRITERION_MARKS[Outcome(result["outcome"])],
            "rests_on": [
                basis_of(definition, kept.subject, name, value) for name, value in result["inputs"].items()
            ],
            "judged_by": result["judged_by"],
        }
        for result in kept.evaluation["criteria"]
    ]
    return {"kept": kept, "criteria": criteria}


def _judgement_form(result: CriterionResult, refused: dict[str, ActForm]) -> ActForm:
    judged = result.judged
    initial = {"applies": "yes" if judged.applies else "no", "comment": judged.comment} if judged else {}
    return refused.get(result.criterion.oid) or JudgementForm(initial=initial)


def _confirmation_form(desk: Desk, screening: bool, refused: dict[str, ActForm]) -> ActForm | None:
    if not screening or Permission.ELIGIBILITY_CONFIRM not in desk.permits:
        return None
    return refused.get("confirmation") or ConfirmationForm(initial={"on": desk.today})
