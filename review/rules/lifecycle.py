"""The life cycle of a data query: one table; a missing key is an illegal transition."""

from enum import StrEnum

from audit.rules import RuleViolation
from audit.rules import gettext_noop as _


class QueryState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class QueryEvent(StrEnum):
    """CLEAR is the system's: what it asked about is no longer so."""

    ANSWER = "answer"
    CLOSE = "close"
    CANCEL = "cancel"
    REOPEN = "reopen"
    CLEAR = "clear"


QUERY_STATE_LABELS = {
    QueryState.OPEN: _("open"),
    QueryState.ANSWERED: _("answered"),
    QueryState.CLOSED: _("closed"),
    QueryState.CANCELLED: _("cancelled"),
}

# Only an answered query is closed by a person; one asked in error is cancelled. Who finds an answer
# wanting reopens the query, before or after it was closed.
TRANSITIONS = {
    (QueryState.OPEN, QueryEvent.ANSWER): QueryState.ANSWERED,
    (QueryState.OPEN, QueryEvent.CANCEL): QueryState.CANCELLED,
    (QueryState.OPEN, QueryEvent.CLEAR): QueryState.CLOSED,
    (QueryState.ANSWERED, QueryEvent.CLOSE): QueryState.CLOSED,
    (QueryState.ANSWERED, QueryEvent.CANCEL): QueryState.CANCELLED,
    (QueryState.ANSWERED, QueryEvent.REOPEN): QueryState.OPEN,
    (QueryState.ANSWERED, QueryEvent.CLEAR): QueryState.CLOSED,
    (QueryState.CLOSED, QueryEvent.REOPEN): QueryState.OPEN,
}


def permits(state: str, event: QueryEvent) -> bool:
    """Whether the event is possible in that state."""
    return (QueryState(state), event) in TRANSITIONS


def next_state(state: str, event: QueryEvent, number: int) -> QueryState:
    """The state after an event; `RuleViolation` (illegal-transition) where there is no such way."""
    try:
        return TRANSITIONS[QueryState(state), event]
    except KeyError:
        raise RuleViolation(
            "illegal-transition",
            _("Query {number} is {state}: it can't be changed in this way ({event})."),
            number=number,
            state=str(state),
            event=str(event),
        ) from None
