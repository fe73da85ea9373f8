"""The state of a form in the casebook."""

import pytest

from assessments.rules.progress import FormState, form_state


@pytest.mark.parametrize(
    ("visit_state", "required", "captured", "overdue", "state"),
    [
        ("planned", True, [], False, FormState.EXPECTED),
        ("planned", True, [], True, FormState.MISSING),
        ("planned", False, [], True, FormState.OPTIONAL),
        ("attended", True, [], False, FormState.MISSING),
        ("attended", False, [], False, FormState.OPTIONAL),
        ("attended", True, ["complete"], False, FormState.COMPLETE),
        ("attended", True, ["complete", "incomplete"], False, FormState.INCOMPLETE),
        ("missed", True, [], True, FormState.NOT_EXPECTED),
        ("cancelled", True, [], False, FormState.NOT_EXPECTED),
        ("cancelled", True, ["complete"], False, FormState.COMPLETE),
    ],
)
def test_form_state(
    visit_state: str, required: bool, captured: list[str], overdue: bool, state: FormState
) -> None:
    assert form_state(visit_state=visit_state, required=required, captured=captured, overdue=overdue) is state
