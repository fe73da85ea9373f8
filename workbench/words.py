"""Which symbol and which word stand for a state on the pages."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment
from assessments.rules.eligibility import Outcome
from assessments.rules.progress import FORM_STATE_LABELS, FormState
from assessments.selectors import ExpectedForm
from subjects.models import Subject
from subjects.rules.lifecycle import STATE_LABELS, SubjectState
from trials.rules.forms import Form
from trials.rules.text import Text
from visits.models import Visit
from visits.rules.lifecycle import VISIT_STATE_LABELS, VisitState
from visits.rules.schedule import offset_days
from workbench.forms.answers import shown

NOTHING = "–"
Words = str | Promise  # a word may wait for the language in which it is read


def say(text: Text | str | None) -> str:
    """A protocol's text in the reader's language."""
    return text.in_language(get_language() or "en") if isinstance(text, Text) else text or ""


@dataclass(frozen=True)
class Mark:
    """A symbol of the sprite and the word beside it."""

    symbol: str
    word: Words


SUBJECT_MARKS = {
    SubjectState.SCREENING: "screening",
    SubjectState.ENROLLED: "enrolled",
    SubjectState.COMPLETED: "complete",
    SubjectState.SCREEN_FAILED: "failed",
    SubjectState.WITHDRAWN: "cancelled",
    SubjectState.LOST: "missed",
    SubjectState.DIED: "serious",
}
FORM_MARKS = {
    FormState.COMPLETE: "complete",
    FormState.INCOMPLETE: "incomplete",
    FormState.MISSING: "missing",
    FormState.EXPECTED: "expected",
    FormState.OPTIONAL: "optional",
    FormState.NOT_EXPECTED: "none",
}
CRITERION_MARKS = {
    Outcome.MET: Mark("met", _("met")),
    Outcome.NOT_MET: Mark("failed", _("not met")),
    Outcome.ABSENT: Mark("met", _("absent")),
    Outcome.PRESENT: Mark("failed", _("present")),
    Outcome.UNKNOWN: Mark("unknown", _("unknown")),
}


LEGEND = [
    (FORM_MARKS[state], _(FORM_STATE_LABELS[state]))
    for state in (FormState.COMPLETE, FormState.INCOMPLETE, FormState.MISSING, FormState.EXPECTED)
] + [("overdue", _("overdue")), ("none", _("not expected"))]


def subject_mark(subject: Subject) -> Mark:
    state = SubjectState(subject.state)
    return Mark(SUBJECT_MARKS[state], _(STATE_LABELS[state]))


def form_mark(state: FormState) -> Mark:
    return Mark(FORM_MARKS[state], _(FORM_STATE_LABELS[state]))


def visit_mark(visit: Visit, today: date) -> Mark:
    """A planned visit is told apart by where today lies in its window."""
    if visit.state != VisitState.PLANNED or visit.opens_on is None or visit.closes_on is None:
        return Mark(visit.state, _(VISIT_STATE_LABELS[VisitState(visit.state)]))
    if visit.closes_on < today:
        return Mark("overdue", _("overdue"))
    return Mark("open", _("open now")) if visit.opens_on <= today else Mark("planned", _("planned"))


def late_by(visit: Visit) -> int | None:
    """Days between the planned and the actual date; None while one of them is not known."""
    window, actual = visit.window, visit.actual_date
    return offset_days(window, actual) if window and actual else None


def headline_of(expected: ExpectedForm) -> str:
    """The headline of a form at a visit, of the first where it was captured several times."""
    return headline(expected.form, expected.assessments[0]) if expected.assessments else ""


def headline(form: Form, captured: Assessment) -> str:
    """The value that stands for a form; shown where it is a number, since there is room for no more."""
    item = form.item(form.headline or "")
    value = {**captured.values, **captured.derived}.get(item.oid) if item else None
    return shown(item, value) if item and isinstance(value, int | float) else ""
