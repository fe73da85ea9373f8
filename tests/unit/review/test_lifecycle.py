"""The life of a data query: what is not in the table can't happen."""

from itertools import product

import pytest

from audit.rules import RuleViolation
from review.rules.lifecycle import TRANSITIONS, QueryEvent, QueryState, next_state, permits
from review.rules.origins import QueryOrigin, origin_of
from trials.rules.roles import Permission, Role
from trials.rules.roles import permits as role_permits


@pytest.mark.parametrize(("state", "event"), list(product(QueryState, QueryEvent)))
def test_transition_is_in_the_table_or_refused(state, event):
    if (state, event) in TRANSITIONS:
        assert next_state(state, event, 1) is TRANSITIONS[state, event]
        assert permits(state, event)
    else:
        assert not permits(state, event)
        with pytest.raises(RuleViolation) as refused:
            next_state(state, event, 1)
        assert refused.value.code == "illegal-transition"
        assert "Query 1" in str(refused.value)


def test_an_unanswered_query_is_not_closed_by_a_person():
    assert not permits(QueryState.OPEN, QueryEvent.CLOSE)


def test_nothing_follows_a_cancellation():
    assert not any(permits(QueryState.CANCELLED, event) for event in QueryEvent)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_ask_has_an_origin(role):
    if role_permits(role, Permission.QUERY_RAISE):
        assert origin_of(role) == QueryOrigin(role.value)
    else:
        with pytest.raises(RuleViolation) as refused:
            origin_of(role)
        assert refused.value.code == "asks-no-queries"
