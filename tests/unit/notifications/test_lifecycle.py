"""The life cycle of a notice, as far as it must hold for the ledger to be exact."""

import pytest

from notifications.rules.lifecycle import (
    NOTICE_STATE_LABELS,
    TRANSITIONS,
    NoticeEvent,
    NoticeState,
    state_after,
    states_before,
)


@pytest.mark.parametrize("event", NoticeEvent)
def test_event_leads_to_one_state(event):
    """One UPDATE moves rows of several states: it can write only one."""
    assert {after for (_, each), after in TRANSITIONS.items() if each is event} == {state_after(event)}


@pytest.mark.parametrize("state", [NoticeState.SENT, NoticeState.FAILED])
def test_notice_that_is_settled_stays_so(state):
    assert [event for before, event in TRANSITIONS if before is state] == []


def test_notice_is_sent_by_nobody_who_did_not_claim_it():
    assert set(states_before(NoticeEvent.SEND)) == {NoticeState.CLAIMED, NoticeState.WITHDRAWN}


def test_claimed_notice_can_not_be_claimed_again():
    assert NoticeState.CLAIMED not in states_before(NoticeEvent.CLAIM)


def test_every_state_is_reached_and_named():
    assert set(TRANSITIONS.values()) == set(NoticeState) == NOTICE_STATE_LABELS.keys()
