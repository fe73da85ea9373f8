"""A measure over time as lines and points: the server draws, the page shows plain SVG."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import ceil

from assessments.rules.measures import Course, Point
from trials.rules.definition import Measure

WIDTH, HEIGHT = 560, 220
LEFT, RIGHT, TOP, BOTTOM = 34, 14, 14, 30
WEEK = 7
TICKS = (4, 8, 12, 26, 52)


@dataclass(frozen=True)
class Dot:
    """One reading in the drawing's units."""

    x: float
    y: float
    visit: str
    on: date
    score: int
    responder: bool | None


@dataclass(frozen=True)
class Tick:
    """A line of the grid and what it stands for."""

    at: float
    label: int


@dataclass(frozen=True)
class Plot:
    """One measure, ready to be drawn."""

    measure: Measure
    course: Course
    dots: tuple[Dot, ...]
    lines: tuple[str, ...]
    scores: tuple[Tick, ...]
    weeks: tuple[Tick, ...]
    baseline: float | None
    target: float | None

    view_box = f"0 0 {WIDTH} {HEIGHT}"
    left, right, top, bottom = LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM


def draw(measure: Measure, course: Course, *, baseline_on: date | None) -> Plot | None:
    """The drawing; None while there is no score to draw. A missing score breaks the line, unbridged."""
    points = sorted(course.points, key=lambda point: point.on)
    if course.baseline is not None and baseline_on:
        points.insert(0, Point(measure.baseline, baseline_on, course.baseline, None, None))
    if not any(point.score is not None for point in points):
        return None
    scale = _Scale(points, course.baseline)
    dots = {point.visit: scale.dot(point) for point in points if point.score is not None}
    target = None if course.baseline is None else course.baseline - measure.responder_change
    return Plot(
        measure,
        course,
        tuple(dots.values()),
        tuple(_lines(points, dots)),
        scale.scores(),
        scale.weeks(),
        None if course.baseline is None else scale.y(course.baseline),
        None if target is None or target < 0 else scale.y(target),
    )


def _lines(points: list[Point], dots: dict[str, Dot]) -> Iterator[str]:
    """Polylines between neighbours that both have a score."""
    run: list[str] = []
    for point in points:
        if point.visit in dots:
            dot = dots[point.visit]
            run.append(f"{dot.x:.1f},{dot.y:.1f}")
        elif run:
            yield " ".join(run)
            run = []
    if run:
        yield " ".join(run)


class _Scale:
    """From dates and scores to the drawing's units."""

    def __init__(self, points: list[Point], baseline: int | None) -> None:
        scores = [point.score for point in points if point.score is not None]
        self.start = points[0].on
        self.days = max((points[-1].on - self.start).days, WEEK * TICKS[0])
        highest = max([*scores, baseline or 0])
        self.step = max(1, ceil(highest / 5))
        self.top = self.step * (highest // self.step + 1)

    def x(self, days: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * days / self.days, 1)

    def y(self, score: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * score / self.top, 1)

    def dot(self, point: Point) -> Dot:
        score = point.score or 0
        days = (point.on - self.start).days
        return Dot(self.x(days), self.y(score), point.visit, point.on, score, point.responder)

    def scores(self) -> tuple[Tick, ...]:
        return tuple(Tick(self.y(score), score) for score in range(0, self.top + 1, self.step))

    def weeks(self) -> tuple[Tick, ...]:
        every = next((t for t in TICKS if self.days / (t * WEEK) <= 8), TICKS[-1])
        return tuple(Tick(self.x(week * WEEK), week) for week in range(0, self.days // WEEK + 1, every))
