"""The life cycle of a subject: one table; a missing key is an illegal transition."""

from enum import StrEnum

from audit.rules import RuleViolation
from audit.rules import gettext_noop as _


class SubjectState(StrEnum):
    SCREENING = "screening"
    ENROLLED = "enrolled"
    SCREEN_FAILED = "screen-failed"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    LOST = "lost-to-follow-up"
    DIED = "died"


class SubjectEvent(StrEnum):
    ENROL = "enrol"
    FAIL_SCREENING = "screen-failure"
    COMPLETE = "completed"
    WITHDRAW = "withdrawn"
    LOSE = "lost-to-follow-up"
    DIE = "died"


STATE_LABELS = {
    SubjectState.SCREENING: _("in screening"),
    SubjectState.ENROLLED: _("enrolled"),
    SubjectState.SCREEN_FAILED: _("screen failure"),
    SubjectState.COMPLETED: _("completed"),
    SubjectState.WITHDRAWN: _("withdrawn"),
    SubjectState.LOST: _("lost to follow-up"),
    SubjectState.DIED: _("died"),
}
DISPOSITION_LABELS = {
    SubjectEvent.FAIL_SCREENING: _("screen failure"),
    SubjectEvent.COMPLETE: _("completed"),
    SubjectEvent.WITHDRAW: _("withdrawn"),
    SubjectEvent.LOSE: _("lost to follow-up"),
    SubjectEvent.DIE: _("died"),
}

TRANSITIONS = {
    (SubjectState.SCREENING, SubjectEvent.ENROL): SubjectState.ENROLLED,
    (SubjectState.SCREENING, SubjectEvent.FAIL_SCREENING): SubjectState.SCREEN_FAILED,
    (SubjectState.SCREENING, SubjectEvent.WITHDRAW): SubjectState.WITHDRAWN,
    (SubjectState.SCREENING, SubjectEvent.LOSE): SubjectState.LOST,
    (SubjectState.SCREENING, SubjectEvent.DIE): SubjectState.DIED,
    (SubjectState.ENROLLED, SubjectEvent.COMPLETE): SubjectState.COMPLETED,
    (SubjectState.ENROLLED, SubjectEvent.WITHDRAW): SubjectState.WITHDRAWN,
    (SubjectState.ENROLLED, SubjectEvent.LOSE): SubjectState.LOST,
    (SubjectState.ENROLLED, SubjectEvent.DIE): SubjectState.DIED,
}

IN_TRIAL = frozenset({SubjectState.SCREENING, SubjectState.ENROLLED})


def next_state(state: str, event: str) -> SubjectState:
    """The state after an event; `RuleViolation` (illegal-transition) where there is no such way."""
    try:
        return TRANSITIONS[SubjectState(state), SubjectEvent(event)]
    except KeyError:
        raise RuleViolation(
            "illegal-transition",
            _("A subject who is {state} can't become: {event}."),
            state=str(state),
            event=str(event),
        ) from None


def demand_in_trial(state: str, code: str) -> None:
    """Refuse acts on a subject who has left the trial (`subject-left`)."""
    if SubjectState(state) not in IN_TRIAL:
        raise RuleViolation(
            "subject-left",
            _("Subject {subject} has left the trial ({state}); this can't be recorded any more."),
            subject=code,
            state=state,
        )
