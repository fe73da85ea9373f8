"""A casebook at an instant, rebuilt from the history of every record that belongs to the subject."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from api.serializers.adverse_events import AdverseEventRead
from api.serializers.casebooks import CasebookRead, VisitInFull
from api.serializers.eligibility import ConfirmationRead, JudgementRead
from api.serializers.forms import FormRead
from api.serializers.queries import QueryRead
from api.serializers.subjects import ConsentRead, SubjectRead
from api.serializers.trials import DeviationRead
from api.serializers.visits import InfusionRead
from assessments.models import Assessment
from assessments.rules.eligibility import Evaluation, Stage
from assessments.selectors import evaluate_from
from audit.models import Audited
from audit.rules import UnknownObject
from audit.selectors import as_of
from review.models import Query
from safety.models import AdverseEvent
from subjects.models import Consent, Deviation, EligibilityConfirmation, Judgement, Subject
from trials.models import ProtocolVersion
from trials.selectors import today_at
from visits.models import Infusion, Visit


class Past:
    """A subject's records as they stood at an instant, joined again. `UnknownObject` before its screening."""

    def __init__(self, subject: Subject, at: datetime) -> None:
        self.scope, self.at = subject.audit_scope, at
        self.versions = {
            version.pk: version for version in ProtocolVersion.objects.filter(trial=subject.trial)
        }
        found = as_of(Subject, self.scope, at)
        if not found:
            raise UnknownObject()
        self.subject: Subject = found[0]
        self.subject.trial, self.subject.site = subject.trial, subject.site
        self.subject.version = self.versions[self.subject.version_id]
        self.visits = {visit.pk: visit for visit in self.rows(Visit)}
        self.assessments = {row.pk: row for row in self.rows(Assessment)}

    def rows(self, model: type[Audited]) -> list[Any]:
        """The rows of one table, with what they point to."""
        rows = as_of(model, self.scope, self.at)
        for row in rows:
            row.subject = self.subject
            if hasattr(row, "version_id"):
                row.version = self.versions[row.version_id]
            for name, known in (
                ("visit", "visits"),
                ("infusion_visit", "visits"),
                ("assessment", "assessments"),
            ):
                if key := getattr(row, f"{name}_id", None):
                    setattr(row, name, getattr(self, known)[key])
        return rows


def eligibility_at(subject: Subject, stage: Stage, at: datetime) -> Evaluation:
    """Every criterion as it stood at an instant."""
    past = Past(subject, at)
    return evaluate_from(
        past.subject,
        stage,
        consents=past.rows(Consent),
        assessments=past.assessments.values(),
        judgements=past.rows(Judgement),
        on=past.subject.enrolled_on or today_at(subject.trial, at),
    )


def casebook_at(subject: Subject, at: datetime) -> CasebookRead:
    """Everything known about a subject at an instant; the number of queries does not depend on how much."""
    past = Past(subject, at)
    forms: dict[int | None, list[FormRead]] = defaultdict(list)
    for row in past.assessments.values():
        forms[row.visit_id].append(FormRead.of(row))
    infusions = {row.visit_id: InfusionRead.of(row) for row in past.rows(Infusion)}
    return CasebookRead(
        at=at,
        subject=SubjectRead.of(past.subject),
        consents=[ConsentRead.of(row) for row in past.rows(Consent)],
        judgements=[JudgementRead.of(row) for row in past.rows(Judgement)],
        confirmations=[ConfirmationRead.of(row) for row in past.rows(EligibilityConfirmation)],
        visits=[
            VisitInFull.of(visit, infusion=infusions.get(visit.pk), forms=forms[visit.pk])
            for visit in sorted(past.visits.values(), key=lambda visit: (visit.order, visit.pk))
        ],
        logs=forms[None],
        adverse_events=[AdverseEventRead.of(row) for row in past.rows(AdverseEvent)],
        deviations=[DeviationRead.of(row) for row in past.rows(Deviation)],
        queries=[QueryRead.of(row) for row in past.rows(Query)],
    )
