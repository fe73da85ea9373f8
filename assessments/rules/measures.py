"""Change from baseline and response, per subject and measure. Positive change is improvement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Reading:
    """One assessment of the measure: the score, or None where it could not be computed."""

    visit: str
    on: date
    score: int | None


@dataclass(frozen=True, slots=True)
class Point:
    """One reading against baseline. `responder` is three-valued."""

    visit: str
    on: date
    score: int | None
    change: int | None
    responder: bool | None


@dataclass(frozen=True, slots=True)
class Course:
    """A measure over time: baseline, each later point, and whether a response was sustained."""

    baseline: int | None
    points: tuple[Point, ...]
    sustained: bool | None


def course(
    readings: Sequence[Reading], *, baseline_visit: str, responder_change: int, sustained_days: int
) -> Course:
    """The course of a measure from readings in order of date.

    A visit responder has a change of at least `responder_change` points (baseline − score). A response is
    sustained when consecutive assessments all respond and the first and last lie at least `sustained_days`
    apart (ADAPT-like definition; a missing score breaks the run). Unknown without a baseline score.
    """
    baseline = next((r.score for r in readings if r.visit == baseline_visit), None)
    baseline_on = next((r.on for r in readings if r.visit == baseline_visit), None)
    later = [
        r for r in readings if r.visit != baseline_visit and (baseline_on is None or r.on >= baseline_on)
    ]
    points = tuple(_point(reading, baseline, responder_change) for reading in later)
    sustained = _is_sustained(points, sustained_days) if baseline is not None else None
    return Course(baseline, points, sustained)


def _point(reading: Reading, baseline: int | None, responder_change: int) -> Point:
    change = None if baseline is None or reading.score is None else baseline - reading.score
    responder = None if change is None else change >= responder_change
    return Point(reading.visit, reading.on, reading.score, change, responder)


def _is_sustained(points: Sequence[Point], days: int) -> bool:
    start: date | None = None
    for point in points:
        if not point.responder:
            start = None
            continue
        start = start or point.on
        if (point.on - start).days >= days:
            return True
    return False
