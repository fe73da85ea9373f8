"""Who appears when, and who meets with what: each subject's Day 1, and the incidents of a rehearsal."""

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from trials.rules.definition import ProtocolDefinition
from trials.rules.events import EventKind
from visits.rules.schedule import Window, plan

LEAD_DAYS = 3  # the first subjects' end of treatment, 24 weeks after Day 1, lies within the rehearsal
FIRST_SHARE = 7  # one in seven is among the first, who are treated from the beginning
UNEVEN = 6
SATURDAY = 5


class Incident(StrEnum):
    """What happens at one treatment visit of one subject."""

    LATE = "late"
    EARLY = "early"
    MISSED = "missed"
    OVERLOOKED = "overlooked"
    INTERRUPTED = "interrupted"
    PARTIAL = "partial"
    MISCOPIED = "miscopied"
    SERIOUS = "serious"
    UNSCHEDULED = "unscheduled"
    WITHDRAWS = "withdraws"


# How often among fifteen subjects; scaled to their number, and once at least where anyone can meet with it.
FREQUENCIES = {
    Incident.OVERLOOKED: 2,
    Incident.WITHDRAWS: 1,
    Incident.SERIOUS: 1,
    Incident.MISSED: 3,
    Incident.EARLY: 2,
    Incident.LATE: 4,
    Incident.INTERRUPTED: 2,
    Incident.PARTIAL: 2,
    Incident.MISCOPIED: 2,
    Incident.UNSCHEDULED: 2,
}
SETTLED_DAYS = 10  # an incident lies so far back that what follows from it is recorded too
OVERLOOKED_DAYS = 6
WITHDRAWAL = range(3, 7)  # after the fourth to the seventh infusion, and not of those who began first
WITHDRAWN_DAYS = 80


@dataclass
class Part:
    """One simulated subject's place in the play; `failure` counts the screen failures, None is enrolled."""

    day1: date
    failure: int | None = None
    incidents: dict[str, Incident] = field(default_factory=dict)

    def windows(self, definition: ProtocolDefinition) -> dict[str, Window]:
        """The windows of all planned visits; Day 1 is met on the day."""
        return plan(list(definition.plan.values()), self.day1)


def cast(
    definition: ProtocolDefinition, rng: Random, *, subjects: int, failures: int, weeks: int, until: date
) -> list[Part]:
    """The parts, in no order: `subjects` who are enrolled and treated before `until`, and screen failures.

    The first subjects' Day 1 lies `weeks` weeks and LEAD_DAYS before `until`, the last ones' shortly before.
    """
    span = weeks * 7 + LEAD_DAYS
    first = until - timedelta(days=span)
    parts = [Part(_working_day(first + timedelta(days=days))) for days in _beginnings(rng, subjects, span)]
    for incident, frequency in FREQUENCIES.items():
        for _ in range(math.ceil(frequency * subjects / 15)):
            _meet(definition, rng, parts, incident, until)
    failed = [
        Part(_working_day(first + timedelta(days=rng.randrange(span // 4, span))), failure=n)
        for n in range(failures)
    ]
    return parts + failed


def _beginnings(rng: Random, subjects: int, span: int) -> list[int]:
    """Days from the first Day 1, spread over the span; unevenly, lest all visits fall in the same weeks."""
    together = math.ceil(subjects / FIRST_SHARE)
    later = subjects - together
    even = [span * n // (later + 1) for n in range(1, later + 1)]
    return [0] * together + [min(max(0, days + rng.randint(-UNEVEN, UNEVEN)), span - 1) for days in even]


def _working_day(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - SATURDAY + 1))


def _meet(
    definition: ProtocolDefinition, rng: Random, parts: list[Part], incident: Incident, until: date
) -> None:
    """Let one subject meet with the incident, of those who have met with fewest; nobody where nobody can."""
    possible = [
        (part, visit) for part in parts for visit in _possible_visits(definition, part, incident, until)
    ]
    if possible:
        fewest = min(len(part.incidents) for part, _ in possible)
        part, visit = rng.choice([pair for pair in possible if len(pair[0].incidents) == fewest])
        part.incidents[visit] = incident


def _possible_visits(
    definition: ProtocolDefinition, part: Part, incident: Incident, until: date
) -> list[str]:
    """Treatment visits after the first, in the past, with nothing going on at it or at its neighbours."""
    windows = part.windows(definition)
    treatments = [name for name, event in definition.plan.items() if event.kind is EventKind.INFUSION]
    if Incident.WITHDRAWS in part.incidents.values():
        return []
    possible = []
    for number, name in enumerate(treatments[1:], start=1):
        near = treatments[number - 1 : number + 2]
        quiet = not any(visit in part.incidents for visit in near)
        if quiet and _fits(incident, number, windows[name], part, until):
            possible.append(name)
    return possible


def _fits(incident: Incident, number: int, window: Window, part: Part, until: date) -> bool:
    since = (until - window.closes).days
    if incident is Incident.OVERLOOKED:
        return 1 <= since <= OVERLOOKED_DAYS
    if incident is Incident.WITHDRAWS:
        return number in WITHDRAWAL and SETTLED_DAYS <= since <= WITHDRAWN_DAYS and not part.incidents
    return since >= SETTLED_DAYS
