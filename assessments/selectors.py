"""Reads of captured forms: known values for expressions, and casebooks in a fixed number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet

from assessments.models import Assessment
from assessments.rules.capture import Judged as JudgedForm
from assessments.rules.capture import judge_form
from assessments.rules.eligibility import Evaluation, Judged, Stage, evaluate
from assessments.rules.measures import Course, Reading, course
from assessments.rules.progress import FormState, form_state
from assessments.rules.values import known_value
from subjects.models import Consent, Judgement, Subject
from subjects.selectors import visible_to as subjects_visible_to
from trials.models import ProtocolVersion, StaffRole
from trials.rules.definition import Measure
from trials.rules.events import FormRef, PlannedEvent
from trials.rules.expressions import qualified_names
from trials.rules.forms import Form
from trials.rules.scopes import form_expressions
from visits.models import Infusion, Visit
from visits.selectors import event_of


def visible_to(role: StaffRole) -> QuerySet[Assessment]:
    """The captured forms of the subjects that a staff role reaches."""
    return Assessment.objects.filter(subject__in=subjects_visible_to(role))


def assessment_of(subject: Subject, form: str, visit: Visit | None, repeat: int = 1) -> Assessment | None:
    """One captured form; None where it has not been captured yet."""
    found = (
        Assessment.objects.filter(subject=subject, form=form, visit=visit, repeat=repeat)
        .select_related("version")
        .first()
    )
    if found:
        found.subject, found.visit = subject, visit
    return found


def known_items(form: Form, assessment: Assessment) -> dict[str, Any]:
    """The typed values of one captured form, captured and derived; what is unknown is absent."""
    stored = {**assessment.values, **assessment.derived}
    return {
        item.oid: known_value(item, stored[item.oid])
        for item in form.items()
        if stored.get(item.oid) is not None
    }


def values_elsewhere(subject: Subject, names: Iterable[str]) -> dict[str, Any]:
    """The known values behind `VISIT.FORM.ITEM` names, in one query (none where there are no names)."""
    names = set(names)
    if not names:
        return {}
    visits, forms = {n.split(".")[0] for n in names}, {n.split(".")[1] for n in names}
    rows = Assessment.objects.filter(
        subject=subject, visit__name__in=visits, form__in=forms, repeat=1
    ).select_related("visit", "version")
    known: dict[str, Any] = {}
    for row in rows:
        form = row.version.definition.form(row.form)
        if form and row.visit:
            for item, value in known_items(form, row).items():
                known[f"{row.visit.name}.{row.form}.{item}"] = value
    return {name: value for name, value in known.items() if name in names}


def judge(
    subject: Subject,
    version: ProtocolVersion,
    form: Form,
    visit: Visit | None,
    values: Mapping[str, Any],
    *,
    today: date,
) -> JudgedForm:
    """Judge what was sent, with the values of other forms that the form's expressions mention.

    What is saved of the form itself is left out: a correction is not held against what it corrects.
    """
    mentioned = {name for text in form_expressions(form) for name in qualified_names(text)}
    own = f"{visit.name}.{form.oid}." if visit else None
    names = {name for name in mentioned if own is None or not name.startswith(own)}
    return judge_form(
        version.definition,
        form,
        values,
        elsewhere=values_elsewhere(subject, names),
        visit_date=visit.actual_date if visit else None,
        today=today,
    )


def evaluate_eligibility(subject: Subject, stage: Stage, *, on: date | None = None) -> Evaluation:
    """Every criterion as it stands now. `on` is the enrolment anchor: the day the investigator confirms."""
    return evaluate_from(
        subject,
        stage,
        consents=subject.consents.all(),
        assessments=subject.assessments.select_related("visit").all(),
        judgements=subject.judgements.all(),
        on=on,
    )


def evaluate_from(
    subject: Subject,
    stage: Stage,
    *,
    consents: Iterable[Consent],
    assessments: Iterable[Assessment],
    judgements: Iterable[Judgement],
    on: date | None,
) -> Evaluation:
    """Every criterion as it follows from these records, which may be those of a past instant."""
    definition = subject.version.definition
    consent = min(consents, key=lambda signed: signed.signed_at, default=None)
    known: dict[str, Any] = {"anchor.screening": subject.screened_on}
    if consent:
        versions = {entry.version for entry in definition.consent_versions}
        known |= {
            "anchor.consent": consent.signed_on,
            "consent.approved": consent.icf_version in versions,
        }
    if on or subject.enrolled_on:
        known["anchor.enrolment"] = on or subject.enrolled_on
    known |= _everything_captured(subject, assessments)
    answers = {j.criterion: Judged(j.applies, j.judged_by, j.comment) for j in judgements}
    return evaluate(definition, stage, known=known, judgements=answers)


def _everything_captured(subject: Subject, rows: Iterable[Assessment]) -> dict[str, Any]:
    """All known values by qualified name, and every log as a list of its rows."""
    definition = subject.version.definition
    known: dict[str, Any] = {f"log.{form.oid}": [] for form in definition.logs()}
    for row in rows:
        form = definition.form(row.form)
        if form is None:
            continue
        items = known_items(form, row)
        if row.visit is None:
            known[f"log.{row.form}"].append(items)
        elif row.repeat == 1:
            known |= {f"{row.visit.name}.{row.form}.{oid}": value for oid, value in items.items()}
    return known


@dataclass(frozen=True, slots=True)
class ExpectedForm:
    """One form of a visit in the casebook: due or captured, and how far it is."""

    form: Form
    required: bool
    state: FormState
    assessments: tuple[Assessment, ...]


@dataclass(frozen=True, slots=True)
class CasebookVisit:
    """One visit of the casebook with its forms."""

    visit: Visit
    event: PlannedEvent
    forms: tuple[ExpectedForm, ...]
    infusion: Infusion | None


def casebook(subject: Subject, *, today: date) -> list[CasebookVisit]:
    """Every visit of a subject with its forms and their states: three queries, however many there are."""
    visits = (
        subject.visits.select_related("version", "infusion")
        .prefetch_related(Prefetch("assessments", queryset=Assessment.objects.order_by("form", "repeat")))
        .order_by("order", "id")
    )
    return [casebook_visit(subject, visit, today=today) for visit in visits]


def casebook_visit(subject: Subject, visit: Visit, *, today: date) -> CasebookVisit:
    """One visit with its forms and their states."""
    visit.subject = subject
    event = event_of(visit)
    captured = list(visit.assessments.all())
    refs = {ref.form: ref for ref in event.form_refs}
    for row in captured:
        refs.setdefault(row.form, FormRef(form=row.form, required=False))
    forms = tuple(
        _expected(visit, ref, [row for row in captured if row.form == ref.form], today)
        for ref in refs.values()
    )
    return CasebookVisit(visit, event, forms, getattr(visit, "infusion", None))


def _expected(visit: Visit, ref: FormRef, rows: list[Assessment], today: date) -> ExpectedForm:
    form = visit.version.definition.form(ref.form)
    assert form is not None  # noqa: S101  soundness is proved when the version is published
    state = form_state(
        visit_state=visit.state,
        required=ref.required,
        captured=[row.state for row in rows],
        overdue=bool(visit.closes_on and visit.closes_on < today),
    )
    return ExpectedForm(form, ref.required, state, tuple(rows))


def measure_courses(subject: Subject) -> list[tuple[Measure, Course]]:
    """Each measure of the protocol over the subject's attended visits, in one query."""
    measures = subject.version.definition.measures
    rows = list(
        Assessment.objects.filter(
            subject=subject,
            form__in={m.form for m in measures},
            visit__actual_date__isnull=False,
            repeat=1,
        )
        .select_related("visit")
        .order_by("visit__actual_date", "visit__order")
    )
    return [(measure, _course(measure, rows)) for measure in measures]


def _course(measure: Measure, rows: list[Assessment]) -> Course:
    readings = [
        Reading(row.visit.name, row.visit.actual_date, row.derived.get(measure.item))
        for row in rows
        if row.form == measure.form and row.visit and row.visit.actual_date
    ]
    return course(
        readings,
        baseline_visit=measure.baseline,
        responder_change=measure.responder_change,
        sustained_days=measure.sustained_days,
    )
