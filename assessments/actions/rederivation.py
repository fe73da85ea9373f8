"""What was derived follows what it was derived from: other forms, and the date of the visit."""

from collections.abc import Callable
from datetime import date
from typing import Any

from assessments.models import Assessment
from assessments.selectors import judge
from assessments.signals import assessment_saved
from audit.recording import record
from audit.rules import Actor
from subjects.models import Subject
from trials.rules.definition import ProtocolDefinition
from trials.rules.expressions import qualified_names
from trials.rules.forms import Form
from trials.rules.scopes import VISIT_DATE, form_expressions
from visits.models import Visit


def rederive_dependents(saved: Assessment, *, by: Actor) -> None:
    """Recompute forms whose expressions mention this one (QMG grades rest on the sex in demography)."""
    if saved.visit is None or saved.repeat != 1:
        return
    prefix = f"{saved.visit.name}.{saved.form}."
    dependent = _forms_in_which(
        saved.version.definition,
        lambda text: any(name.startswith(prefix) for name in qualified_names(text)),
    )
    rows = saved.subject.assessments.filter(form__in=dependent).exclude(pk=saved.pk)
    _rederive_all(saved.subject, rows, because=f"{prefix}* changed", by=by)


def rederive_at(visit: Visit, *, by: Actor) -> None:
    """Recompute the forms of a visit that rest on its date."""
    dependent = _forms_in_which(visit.version.definition, lambda text: VISIT_DATE in text)
    rows = visit.assessments.filter(form__in=dependent)
    _rederive_all(visit.subject, rows, because=f"the date of {visit.name} changed", by=by)


def _forms_in_which(definition: ProtocolDefinition, mentions: Callable[[str], bool]) -> set[str]:
    return {form.oid for form in definition.forms if any(map(mentions, form_expressions(form)))}


def _rederive_all(subject: Subject, rows: Any, *, because: str, by: Actor) -> None:
    for row in rows.select_for_update(of=("self",)).select_related("visit", "version"):
        form = row.version.definition.form(row.form)
        if form:
            _rederive(subject, row, form, because=because, by=by)


def _rederive(subject: Subject, row: Assessment, form: Form, *, because: str, by: Actor) -> None:
    row.subject = subject
    sent: dict[str, Any] = {
        **row.values,
        **{oid: {"not_done": why} for oid, why in row.not_done.items()},
    }
    judged = judge(subject, row.version, form, row.visit, sent, today=date.max)
    row.derived = judged.derived
    row.findings = [finding.as_json() for finding in judged.findings]
    if row.changed_fields():
        row.revision += 1
        with record(by=by, reason=because):
            row.save()
        assessment_saved.send(sender=Assessment, assessment=row, by=by)
