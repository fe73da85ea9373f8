"""How far a form of a visit is: one word for the grid, the API and the worklist."""

from collections.abc import Sequence
from enum import StrEnum

from audit.rules import gettext_noop as _
from visits.rules.lifecycle import VisitState


class FormState(StrEnum):
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    MISSING = "missing"
    EXPECTED = "expected"
    OPTIONAL = "optional"
    NOT_EXPECTED = "not-expected"


FORM_STATE_LABELS = {
    FormState.COMPLETE: _("complete"),
    FormState.INCOMPLETE: _("incomplete"),
    FormState.MISSING: _("missing"),
    FormState.EXPECTED: _("to come"),
    FormState.OPTIONAL: _("optional"),
    FormState.NOT_EXPECTED: _("not expected"),
}


def form_state(*, visit_state: str, required: bool, captured: Sequence[str], overdue: bool) -> FormState:
    """The state of a form: what was captured decides; else whether the visit still expects it.

    A required form of an attended visit, or of one whose window has closed unattended, is missing.
    """
    if captured:
        done = all(state == "complete" for state in captured)
        return FormState.COMPLETE if done else FormState.INCOMPLETE
    if visit_state in (VisitState.MISSED, VisitState.CANCELLED):
        return FormState.NOT_EXPECTED
    if not required:
        return FormState.OPTIONAL
    late = visit_state == VisitState.ATTENDED or overdue
    return FormState.MISSING if late else FormState.EXPECTED
