"""Subjects, their consents and how they left."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import StringConstraints

from api.serializers.documents import Answered, Moment, Reason, Sent
from subjects.models import Consent, Subject
from subjects.rules.lifecycle import SubjectEvent, SubjectState
from trials.rules.kinds import TrialKind
from trials.rules.written import Day, Instant
from visits.models import Visit
from visits.rules.lifecycle import VisitState

SiteNumber = Annotated[str, StringConstraints(min_length=1, max_length=3)]
Disposition = Literal[
    SubjectEvent.FAIL_SCREENING,
    SubjectEvent.COMPLETE,
    SubjectEvent.WITHDRAW,
    SubjectEvent.LOSE,
    SubjectEvent.DIE,
]


class ScreeningSent(Sent):
    """Take a new subject into screening at a site."""

    site: SiteNumber
    screened_on: Day


class ConsentSent(Sent):
    """A signed informed consent form."""

    icf_version: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    signed_at: Instant
    obtained_by: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=150)]


class EnrolmentSent(Sent):
    """Enrol a subject; `day1` is the planned date of the first infusion (default: the same day)."""

    enrolled_on: Day
    day1: Day | None = None


class DispositionSent(Sent):
    """How the subject left the trial; every way but completion needs a reason."""

    event: Disposition
    on: Day
    reason: Reason = ""


class SubjectRead(Answered):
    """A subject by code; nothing here names a person."""

    subject: str
    site: str
    kind: TrialKind
    state: SubjectState
    version: str
    screened_on: date
    enrolment_number: int | None
    enrolled_on: date | None
    day1: date | None
    left_on: date | None
    left_reason: str

    @classmethod
    def of(cls, subject: Subject, **more: Any) -> Self:
        return cls(
            subject=subject.code,
            site=subject.site.number,
            kind=TrialKind(subject.trial.kind),
            state=SubjectState(subject.state),
            version=subject.version.version,
            screened_on=subject.screened_on,
            enrolment_number=subject.enrolment_number,
            enrolled_on=subject.enrolled_on,
            day1=subject.day1,
            left_on=subject.left_on,
            left_reason=subject.left_reason,
            **more,
        )


class VisitToCome(Answered):
    visit: str
    planned_date: date
    opens_on: date
    closes_on: date


class VisitsSummary(Answered):
    """How many visits are in each state, and which comes next."""

    planned: int
    attended: int
    missed: int
    cancelled: int
    next: VisitToCome | None

    @classmethod
    def of(cls, visits: Iterable[Visit]) -> Self:
        visits = list(visits)
        counts = {state.value: sum(visit.state == state for visit in visits) for state in VisitState}
        to_come = (visit for visit in visits if visit.state == VisitState.PLANNED and visit.window)
        return cls(**counts, next=next(map(_to_come, to_come), None))


def _to_come(visit: Visit) -> VisitToCome:
    return VisitToCome(
        visit=visit.name,
        planned_date=visit.planned_date,
        opens_on=visit.opens_on,
        closes_on=visit.closes_on,
    )


class SubjectInFull(SubjectRead):
    """A subject with what its demography form says and where its visits stand."""

    demography: dict[str, Any] | None
    visits: VisitsSummary


class ConsentRead(Answered):
    icf_version: str
    signed_at: Moment
    signed_on: date
    obtained_by: str

    @classmethod
    def of(cls, consent: Consent) -> Self:
        return cls(
            icf_version=consent.icf_version,
            signed_at=consent.signed_at,
            signed_on=consent.signed_on,
            obtained_by=consent.obtained_by,
        )
