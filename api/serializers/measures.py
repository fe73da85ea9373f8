"""Scores over the visits: change from baseline (positive is better) and response."""

from datetime import date
from typing import Self

from pydantic import ConfigDict

from api.serializers.documents import Answered
from assessments.rules.measures import Course
from trials.rules.definition import Measure
from trials.rules.text import Text


class PointRead(Answered):
    """One assessment against baseline; null where it can't be known."""

    model_config = ConfigDict(from_attributes=True)

    visit: str
    on: date
    score: int | None
    change: int | None
    responder: bool | None


class MeasureRead(Answered):
    """One measure of one subject, in order of date."""

    measure: str
    label: Text
    baseline_visit: str
    responder_change: int
    sustained_days: int
    baseline: int | None
    points: list[PointRead]
    sustained: bool | None

    @classmethod
    def of(cls, measure: Measure, course: Course) -> Self:
        return cls(
            measure=measure.oid,
            label=measure.label,
            baseline_visit=measure.baseline,
            responder_change=measure.responder_change,
            sustained_days=measure.sustained_days,
            baseline=course.baseline,
            points=[PointRead.model_validate(point) for point in course.points],
            sustained=course.sustained,
        )
