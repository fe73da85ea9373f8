"""The life cycle of a notice: one table; a missing key is an illegal transition."""

from enum import StrEnum

from audit.rules import gettext_noop as _


class NoticeState(StrEnum):
    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


class NoticeEvent(StrEnum):
    CLAIM = "claim"
    SEND = "send"
    POSTPONE = "postpone"
    DOUBT = "doubt"
    GIVE_UP = "give-up"
    WITHDRAW = "withdraw"
    RENEW = "renew"


NOTICE_STATE_LABELS = {
    NoticeState.PENDING: _("waiting"),
    NoticeState.CLAIMED: _("being sent"),
    NoticeState.SENT: _("sent"),
    NoticeState.UNCERTAIN: _("uncertain whether sent"),
    NoticeState.WITHDRAWN: _("taken back"),
    NoticeState.FAILED: _("could not be sent"),
}

# Each event leads to one state, so that a single UPDATE can move many rows. A notice withdrawn
# while it is being sent has left all the same: the ledger then says so.
TRANSITIONS = {
    (NoticeState.PENDING, NoticeEvent.CLAIM): NoticeState.CLAIMED,
    (NoticeState.UNCERTAIN, NoticeEvent.CLAIM): NoticeState.CLAIMED,
    (NoticeState.CLAIMED, NoticeEvent.SEND): NoticeState.SENT,
    (NoticeState.WITHDRAWN, NoticeEvent.SEND): NoticeState.SENT,
    (NoticeState.CLAIMED, NoticeEvent.POSTPONE): NoticeState.PENDING,
    (NoticeState.CLAIMED, NoticeEvent.DOUBT): NoticeState.UNCERTAIN,
    (NoticeState.CLAIMED, NoticeEvent.GIVE_UP): NoticeState.FAILED,
    (NoticeState.PENDING, NoticeEvent.WITHDRAW): NoticeState.WITHDRAWN,
    (NoticeState.CLAIMED, NoticeEvent.WITHDRAW): NoticeState.WITHDRAWN,
    (NoticeState.UNCERTAIN, NoticeEvent.WITHDRAW): NoticeState.WITHDRAWN,
    (NoticeState.WITHDRAWN, NoticeEvent.RENEW): NoticeState.PENDING,
}


def states_before(event: NoticeEvent) -> list[NoticeState]:
    """The states in which the event may happen."""
    return [state for state, possible in TRANSITIONS if possible is event]


def state_after(event: NoticeEvent) -> NoticeState:
    """The one state to which the event leads."""
    return next(state for (_, possible), state in TRANSITIONS.items() if possible is event)
