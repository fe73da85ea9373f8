"""Visits as they are planned and as they took place, and infusions."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import StringConstraints

from api.serializers.documents import Answered, Moment, Number, Reason, Sent
from assessments.rules.progress import FormState
from assessments.selectors import CasebookVisit
from trials.rules.events import EventKind
from trials.rules.text import Text
from trials.rules.written import Day
from visits.models import Infusion, Visit
from visits.rules.infusion import InfusionValues
from visits.rules.lifecycle import VisitState
from visits.rules.schedule import WindowStatus
from visits.selectors import event_of


class VisitSent(Sent):
    """A visit on demand: `event` names the unscheduled or early termination event of the protocol."""

    event: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    on: Day


class AttendanceSent(Sent):
    """The visit took place on a date; correcting a recorded date needs a reason."""

    on: Day
    reason: Reason = ""


class AbsenceSent(Sent):
    """The visit was missed, and why."""

    reason: Reason


class VisitRead(Answered):
    """A visit: planned date and window, and what became of it."""

    visit: str
    label: Text
    kind: EventKind
    version: str
    state: VisitState
    planned_date: date | None
    opens_on: date | None
    closes_on: date | None
    actual_date: date | None
    window_status: WindowStatus | None
    absence_reason: str

    @classmethod
    def of(cls, visit: Visit, **more: Any) -> Self:
        event = event_of(visit)
        return cls(
            visit=visit.name,
            label=event.event.label,
            kind=event.kind,
            version=visit.version.version,
            state=VisitState(visit.state),
            planned_date=visit.planned_date,
            opens_on=visit.opens_on,
            closes_on=visit.closes_on,
            actual_date=visit.actual_date,
            window_status=visit.window_status,
            absence_reason=visit.absence_reason,
            **more,
        )


class VisitForm(Answered):
    """A form of a visit: whether it is expected, and how far it is."""

    form: str
    label: Text
    required: bool
    state: FormState
    repeats: list[int]


class VisitWithForms(VisitRead):
    """A visit with the forms that belong to it."""

    infused: bool
    forms: list[VisitForm]

    @classmethod
    def of_casebook(cls, entry: CasebookVisit) -> Self:
        return cls.of(
            entry.visit,
            infused=entry.infusion is not None,
            forms=[
                VisitForm(
                    form=expected.form.oid,
                    label=expected.form.label,
                    required=expected.required,
                    state=expected.state,
                    repeats=[row.repeat for row in expected.assessments],
                )
                for expected in entry.forms
            ],
        )


class InfusionSent(InfusionValues):
    """An infusion as it was given; a change of what is recorded needs a reason."""

    reason: Reason = ""

    @property
    def values(self) -> InfusionValues:
        return InfusionValues(**self.model_dump(exclude={"reason"}))


class InterruptionRead(Answered):
    stopped_at: Moment
    resumed_at: Moment | None
    reason: str


class InfusionRead(Answered):
    visit: str
    lot: str
    dose: Number
    dose_unit: str
    started_at: Moment
    stopped_at: Moment
    premedication: str
    interruptions: list[InterruptionRead]
    percent_given: Number
    reason_not_whole: str

    @classmethod
    def of(cls, infusion: Infusion) -> Self:
        columns = {name: getattr(infusion, name) for name in InfusionValues.model_fields}
        return cls(visit=infusion.visit.name, **columns)
