"""The life of a subject: the table, and nothing beside it."""

from itertools import product

import pytest

from audit.rules import RuleViolation
from subjects.rules.lifecycle import TRANSITIONS, SubjectEvent, SubjectState, demand_in_trial, next_state


@pytest.mark.parametrize(("state", "event"), list(product(SubjectState, SubjectEvent)))
def test_a_transition_is_in_the_table_or_refused(state: SubjectState, event: SubjectEvent) -> None:
    if (state, event) in TRANSITIONS:
        assert next_state(state, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(RuleViolation, match="illegal-transition"):
            next_state(state, event)


def test_nobody_comes_back_once_they_have_left() -> None:
    gone = set(SubjectState) - {SubjectState.SCREENING, SubjectState.ENROLLED}
    assert not {state for state, _ in TRANSITIONS} & gone
    for state in gone:
        with pytest.raises(RuleViolation, match="subject-left"):
            demand_in_trial(state, "S001")


def test_enrolment_leads_from_screening_only() -> None:
    sources = {state for (state, event) in TRANSITIONS if event is SubjectEvent.ENROL}
    assert sources == {SubjectState.SCREENING}
