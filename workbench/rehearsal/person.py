"""One simulated subject: how their disease goes, and each value that a form asks of them."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from trials.rules.dates import months_before
from trials.rules.definition import ProtocolDefinition
from trials.rules.forms import NUMERIC, Item, ItemType, Range
from workbench.rehearsal.profile import Course, Draw, Response

MORNING = ("08:30", "11:30")
CLOCKS = frozenset({ItemType.TIME, ItemType.DATETIME})


@dataclass(frozen=True)
class Moment:
    """When something is captured; `day1` is unknown of a subject who is never treated."""

    on: date
    day1: date | None

    @property
    def treated_days(self) -> int:
        """Days since Day 1, and 0 before it."""
        return max(0, (self.on - self.day1).days) if self.day1 else 0


@dataclass
class Person:
    """What stays the same about a simulated subject. The same `rng` seed makes the same person."""

    rng: Random
    gain: float
    days: float
    kept: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def drawn(cls, rng: Random, response: Response) -> "Person":
        """Somebody, as `response` spreads people."""
        responds = rng.random() >= response.without
        return cls(rng, rng.uniform(*response.gain) if responds else 0.0, response.days)

    def improvement(self, moment: Moment) -> float:
        """How much of the way to health is gone: 0 before treatment, 1 at most."""
        return self.gain * (1 - math.exp(-moment.treated_days / self.days))

    def keep(self, name: str, make: Callable[[], Any]) -> Any:
        """What was drawn under that name for this person, drawn once."""
        if name not in self.kept:
            self.kept[name] = make()
        return self.kept[name]


def value_of(
    definition: ProtocolDefinition, name: str, item: Item, draw: Draw, person: Person, moment: Moment
) -> Any:
    """A value of the item (`name` is `FORM.ITEM`), as capture takes it."""

    def fresh() -> Any:
        return _fresh(definition, name, item, draw, person, moment)

    return person.keep(name, fresh) if draw.keeps else fresh()


def guess(definition: ProtocolDefinition, item: Item) -> Draw:
    """How a value is found where nothing is declared."""
    if item.codelist:
        codelist = definition.codelist(item.codelist)
        return Draw(choose={entry.code: 1 for entry in codelist.codes} if codelist else {"": 1})
    if item.type in NUMERIC:
        limits = item.soft or item.hard or Range()
        low = float(limits.min) if limits.min is not None else 0.0
        return Draw(between=(low, float(limits.max) if limits.max is not None else low + 100))
    if item.type in CLOCKS:
        return Draw(clock=MORNING)
    return Draw(days_before=(0, 0)) if item.type is not ItemType.TEXT else Draw(always="Rehearsal")


def _fresh(
    definition: ProtocolDefinition, name: str, item: Item, draw: Draw, person: Person, moment: Moment
) -> Any:
    rng = person.rng
    if draw.not_done:
        return {"not_done": draw.not_done}
    if draw.choose:
        return rng.choices(list(draw.choose), list(draw.choose.values()))[0]
    if draw.between:
        return _numeric(definition, item, rng.uniform(*draw.between))
    if draw.course:
        return _on_course(definition, name, item, draw.course, person, moment)
    if draw.clock or draw.days_before or draw.age:
        return _dated(item, draw, rng, moment, ZoneInfo(definition.time_zone))
    return draw.always


def _on_course(
    definition: ProtocolDefinition, name: str, item: Item, course: Course, person: Person, moment: Moment
) -> Any:
    """A number goes from its start to its end as the person improves; a code turns at a point of its own."""
    rng, gone, begin = person.rng, person.improvement(moment), course.start
    if not isinstance(begin, tuple):
        return course.end if gone > person.keep(f"{name} turns", rng.random) else begin
    low, high = begin
    start = person.keep(f"{name} start", lambda: rng.uniform(low, high))
    noise = rng.gauss(0, course.noise) if course.noise else 0.0
    return _numeric(definition, item, start + (float(course.end) - start) * gone + noise)


def _numeric(definition: ProtocolDefinition, item: Item, number: float) -> int | float:
    """The nearest value that the item allows."""
    codelist = definition.codelist(item.codelist) if item.codelist else None
    if codelist:
        return min((int(entry.code) for entry in codelist.codes), key=lambda code: abs(code - number))
    if item.hard:
        low, high = item.hard.min, item.hard.max
        number = number if low is None else max(number, float(low))
        number = number if high is None else min(number, float(high))
    return round(number) if item.type is ItemType.INTEGER else round(number, item.decimals)


def _dated(item: Item, draw: Draw, rng: Random, moment: Moment, zone: ZoneInfo) -> str:
    if draw.age:
        birthday = months_before(moment.on, 12 * rng.randint(*draw.age))
        return (birthday - timedelta(days=rng.randrange(365))).isoformat()
    day = moment.on - timedelta(days=rng.randint(*draw.days_before)) if draw.days_before else moment.on
    if item.type not in CLOCKS:
        return day.isoformat()
    at = _between(rng, *(draw.clock or MORNING))
    if item.type is ItemType.TIME:
        return at.isoformat("minutes")
    return datetime.combine(day, at, zone).isoformat(timespec="minutes")


def _between(rng: Random, first: str, last: str) -> time:
    earliest, latest = (time.fromisoformat(text) for text in (first, last))
    minute = rng.randint(earliest.hour * 60 + earliest.minute, latest.hour * 60 + latest.minute)
    return time(minute // 60, minute % 60)
