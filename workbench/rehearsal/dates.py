"""On which day each visit of a part takes place: on the grid, with the spread that real people bring."""

from datetime import date, timedelta
from random import Random

from trials.rules.definition import ProtocolDefinition
from trials.rules.events import ON_DEMAND
from visits.rules.schedule import Window
from workbench.rehearsal.casting import SATURDAY, Incident, Part

SPREAD = (-1, 0, 0, 0, 0, 1, 1, 2)
MOST_DAYS_TOO_LATE = 2
DAYS_TOO_EARLY = 1
DISTANCE = 2


def visit_dates(definition: ProtocolDefinition, part: Part, rng: Random) -> dict[str, date]:
    """The date of every planned visit by name, in the order of the plan; of those not met as well."""
    windows = part.windows(definition)
    names = [name for name, event in definition.plan.items() if event.kind not in ON_DEMAND]
    dates: dict[str, date] = {}
    for before, name, after in zip(["", *names], names, [*names[1:], ""], strict=False):
        window = windows[name]
        if window.planned < part.day1:
            dates[name] = _before_day1(rng, window, [*dates.values()])
        else:
            met = [part.incidents.get(visit) for visit in (before, name, after)]
            offset = 0 if window.planned == part.day1 else _offset(rng, window, *met)
            dates[name] = window.planned + timedelta(days=offset)
    return dates


def _before_day1(rng: Random, window: Window, earlier: list[date]) -> date:
    """A working day of the window, not after its planned day and after what came before."""
    opens = max([window.opens, *(day + timedelta(days=1) for day in earlier)])
    days = [opens + timedelta(days=n) for n in range(max(0, (window.planned - opens).days) + 1)]
    return rng.choice([day for day in days if day.weekday() < SATURDAY] or days)


def _offset(
    rng: Random,
    window: Window,
    before: Incident | None,
    here: Incident | None,
    after: Incident | None,
) -> int:
    """Days from the planned date. The visit after a late one keeps its distance."""
    earliest, latest = (window.opens - window.planned).days, (window.closes - window.planned).days
    if here is Incident.LATE:
        return latest + rng.randint(1, MOST_DAYS_TOO_LATE)
    if here is Incident.EARLY:
        return earliest - DAYS_TOO_EARLY
    if before is Incident.LATE:
        return min(latest, DISTANCE)
    offset = 0 if after is Incident.EARLY else rng.choice(SPREAD)
    weekend = (window.planned + timedelta(days=offset)).weekday() >= SATURDAY
    return 0 if weekend else max(earliest, min(latest, offset))
