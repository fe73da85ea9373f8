"""The life cycle of a visit: one table; a missing key is an illegal transition."""

from enum import StrEnum

from audit.rules import RuleViolation
from audit.rules import gettext_noop as _


class VisitState(StrEnum):
    PLANNED = "planned"
    ATTENDED = "attended"
    MISSED = "missed"
    CANCELLED = "cancelled"


class VisitEvent(StrEnum):
    ATTEND = "attend"
    MISS = "miss"
    CANCEL = "cancel"


VISIT_STATE_LABELS = {
    VisitState.PLANNED: _("planned"),
    VisitState.ATTENDED: _("attended"),
    VisitState.MISSED: _("missed"),
    VisitState.CANCELLED: _("cancelled"),
}

# A visit recorded as missed may still turn out to have been attended; that correction needs a reason.
TRANSITIONS = {
    (VisitState.PLANNED, VisitEvent.ATTEND): VisitState.ATTENDED,
    (VisitState.PLANNED, VisitEvent.MISS): VisitState.MISSED,
    (VisitState.PLANNED, VisitEvent.CANCEL): VisitState.CANCELLED,
    (VisitState.ATTENDED, VisitEvent.ATTEND): VisitState.ATTENDED,
    (VisitState.MISSED, VisitEvent.ATTEND): VisitState.ATTENDED,
}


def next_state(state: str, event: VisitEvent, visit: str) -> VisitState:
    """The state after an event; `RuleViolation` (illegal-transition) where there is no such way."""
    try:
        return TRANSITIONS[VisitState(state), event]
    except KeyError:
        raise RuleViolation(
            "illegal-transition",
            _("Visit {visit} is {state}: it can't be changed in this way ({event})."),
            visit=visit,
            state=str(state),
            event=str(event),
        ) from None
