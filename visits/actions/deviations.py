"""Keeps a visit's deviations in agreement with its dates. Called by every act that changes one."""

from audit.rules import Actor
from subjects.actions import settle_deviation
from subjects.models import Subject
from subjects.rules.deviations import DeviationKind
from visits.models import Visit
from visits.rules.lifecycle import VisitState
from visits.rules.schedule import WindowStatus, gap_too_short, offset_days
from visits.selectors import infusion_dates


def settle_window(*, visit: Visit, by: Actor) -> None:
    """Out of window, by how many days; withdrawn when a corrected date lies inside."""
    status = visit.window_status
    if status is None or visit.window is None or visit.actual_date is None:
        return
    settle_deviation(
        subject=visit.subject,
        kind=DeviationKind.OUT_OF_WINDOW,
        cause=visit.name,
        holds=status is not WindowStatus.IN_WINDOW,
        occurred_on=visit.actual_date,
        facts={
            "status": status,
            "planned": visit.window.planned.isoformat(),
            "opens": visit.window.opens.isoformat(),
            "closes": visit.window.closes.isoformat(),
            "actual": visit.actual_date.isoformat(),
            "offset_days": offset_days(visit.window, visit.actual_date),
        },
        by=by,
    )


def settle_missed(*, visit: Visit, by: Actor) -> None:
    """Missed while the record says so; withdrawn when it turns out that the visit took place."""
    day = visit.closes_on or visit.planned_date or visit.actual_date
    if day is None:
        return
    settle_deviation(
        subject=visit.subject,
        kind=DeviationKind.MISSED_VISIT,
        cause=visit.name,
        holds=visit.state == VisitState.MISSED,
        occurred_on=day,
        facts={"planned": str(visit.planned_date), "closes": str(visit.closes_on)},
        by=by,
    )


def settle_gaps(*, subject: Subject, by: Actor) -> None:
    """Each infusion against the one before it, by the protocol's minimum number of days between two."""
    minimum = subject.version.definition.settings.minimum_infusion_gap_days
    given = infusion_dates(subject)
    for (before, earlier), (name, later) in zip(given, given[1:], strict=False):
        settle_deviation(
            subject=subject,
            kind=DeviationKind.MINIMUM_GAP,
            cause=name,
            holds=gap_too_short(earlier, later, minimum_days=minimum),
            occurred_on=later,
            facts={"previous": before, "gap_days": (later - earlier).days, "minimum_days": minimum},
            by=by,
        )
