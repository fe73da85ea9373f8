"""On which day each visit of a part takes place: on the grid, with the spread that real people bring."""

from datetime import date, timedelta
from random import Random

from trials.rules.definition import ProtocolDefinition
from trials.rules.events import ON_DEMAND, EventKind, PlannedEvent
from visits.rules.schedule import Window
from workbench.rehearsal.casting import SATURDAY, Incident, Part

SPREAD = (-1, 0, 0, 0, 0, 1, 1, 2)
DAYS_TOO_LATE = 2
DAYS_TOO_EARLY = 1


def visit_dates(definition: ProtocolDefinition, part: Part, rng: Random) -> dict[str, date]:
    """The date of every planned visit by name, in the order of the plan; also of those that will not be met."""
    windows = part.windows(definition)
    dates: dict[str, date] = {}
    events = [event for event in definition.plan.values() if event.kind not in ON_DEMAND]
    for event, following in zip(events, [*events[1:], None], strict=True):
        window = windows[event.name]
        if event.timing and window.planned == part.day1:
            dates[event.name] = part.day1
        elif window.planned < part.day1:
            dates[event.name] = _before_day1(rng, window, list(dates.values()))
        else:
            dates[event.name] = window.planned + timedelta(
                days=_offset(rng, part, event, window, following, dates)
            )
    return dates


def _before_day1(rng: Random, window: Window, earlier: list[date]) -> date:
    """A working day of the window, not after its planned day and after what came before."""
    opens = max([window.opens, *(day + timedelta(days=1) for day in earlier)])
    days = [
        opens + timedelta(days=n) for n in range(max(0, (window.planned - opens).days) + 1)
    ]
    return rng.choice([day for day in days if day.weekday() < SATURDAY] or days)


def _offset(
    rng: Random,
    part: Part,
    event: PlannedEvent,
    window: Window,
    following: PlannedEvent | None,
    dates: dict[str, date],
) -> int:
    """Days from the planned date. A visit after a late one comes late too, as people keep their distance."""
    before, after = (window.planned - window.opens).days, (window.closes - window.planned).days
    match part.incidents.get(event.name):
        case Incident.LATE:
            return after + rng.randint(1, DAYS_TOO_LATE)
        case Incident.EARLY:
            return -before - DAYS_TOO_EARLY
    if following and part.incidents.get(following.name) is Incident.EARLY:
        return 0
    previous = part.incidents.get(list(dates)[-1]) if dates else None
    if previous is Incident.LATE:
        return min(after, 2)
    offset = rng.choice(SPREAD)
    weekend = (window.planned + timedelta(days=offset)).weekday() >= SATURDAY
    return 0 if weekend or not -before <= offset <= after else offset


def is_before_day1(event: PlannedEvent) -> bool:
    """Whether the visit belongs to screening."""
    return event.kind in (EventKind.SCREENING, EventKind.BASELINE)
