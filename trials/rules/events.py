"""Study events (visits) as a protocol declares them, and the plan that unfolds from them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from trials.rules.forms import Oid
from trials.rules.text import Strict, Text


class EventKind(StrEnum):
    """What a visit is for; decides what may happen at it."""

    SCREENING = "screening"
    BASELINE = "baseline"
    INFUSION = "infusion"
    END_OF_TREATMENT = "end-of-treatment"
    FOLLOW_UP = "follow-up"
    EARLY_TERMINATION = "early-termination"
    UNSCHEDULED = "unscheduled"


ON_DEMAND = frozenset({EventKind.EARLY_TERMINATION, EventKind.UNSCHEDULED})


class Timing(Strict):
    """When, in days from Day 1 (offset 0), and how many days before and after still count."""

    offset: int
    before: int = Field(ge=0)
    after: int = Field(ge=0)


class Series(Strict):
    """A visit that recurs on a fixed grid: INF becomes INF1 … INF12."""

    count: int = Field(ge=1, le=60)
    every_days: int = Field(ge=1)


class FormRef(Strict):
    """A form that is due at the visit; `on` limits it to some of a series (1 is the first)."""

    form: Oid
    required: bool = True
    on: tuple[int, ...] | None = None


class StudyEvent(Strict):
    """One visit, or one series of visits."""

    oid: Oid
    label: Text
    kind: EventKind
    timing: Timing | None = None
    series: Series | None = None
    forms: tuple[FormRef, ...] = ()

    @model_validator(mode="after")
    def _is_timed_unless_on_demand(self) -> Self:
        if (self.timing is None) != (self.kind in ON_DEMAND):
            raise ValueError("a visit has a timing unless it is unscheduled or an early termination")
        if self.series and self.timing is None:
            raise ValueError("a series needs a timing")
        return self


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """One visit of the plan: its name, its place on the grid, the forms due at it."""

    name: str
    event: StudyEvent
    number: int | None
    timing: Timing | None

    @property
    def kind(self) -> EventKind:
        return self.event.kind

    @property
    def form_refs(self) -> tuple[FormRef, ...]:
        """The forms due at this visit of the series."""
        return tuple(ref for ref in self.event.forms if ref.on is None or self.number in ref.on)


def unfold(event: StudyEvent) -> Iterator[PlannedEvent]:
    """The visits of one study event: one, or as many as its series counts, on a fixed grid."""
    if event.series is None or event.timing is None:
        yield PlannedEvent(event.oid, event, None, event.timing)
        return
    for number in range(1, event.series.count + 1):
        offset = event.timing.offset + (number - 1) * event.series.every_days
        timing = event.timing.model_copy(update={"offset": offset})
        yield PlannedEvent(f"{event.oid}{number}", event, number, timing)
