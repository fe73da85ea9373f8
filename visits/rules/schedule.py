"""The schedule: every planned date from Day 1, and how an actual date compares with its window."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from trials.rules.events import PlannedEvent, Timing


@dataclass(frozen=True, slots=True)
class Window:
    """The planned date of a visit, and the first and last day that still count."""

    planned: date
    opens: date
    closes: date


class WindowStatus(StrEnum):
    IN_WINDOW = "in-window"
    OUT_EARLY = "out-early"
    OUT_LATE = "out-late"


def window_of(timing: Timing, day1: date) -> Window:
    """The window on a fixed grid anchored on Day 1: late doses do not shift it."""
    planned = day1 + timedelta(days=timing.offset)
    return Window(planned, planned - timedelta(days=timing.before), planned + timedelta(days=timing.after))


def plan(events: list[PlannedEvent], day1: date) -> dict[str, Window]:
    """The windows of all visits that have a timing, by visit name."""
    return {event.name: window_of(event.timing, day1) for event in events if event.timing}


def compare(window: Window, actual: date) -> WindowStatus:
    """Where an actual date lies; both limits count as inside."""
    if actual < window.opens:
        return WindowStatus.OUT_EARLY
    return WindowStatus.OUT_LATE if actual > window.closes else WindowStatus.IN_WINDOW


def offset_days(window: Window, actual: date) -> int:
    """Days from the planned date; negative is early."""
    return (actual - window.planned).days


def gap_too_short(one: date, other: date, *, minimum_days: int) -> bool:
    """Whether two infusions lie closer together than the protocol's minimum (a protocol setting)."""
    return abs((one - other).days) < minimum_days
