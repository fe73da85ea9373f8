"""How a simulated subject comes into the trial, or does not."""

from datetime import date, timedelta

from assessments.rules.eligibility import Overall, Stage
from subjects.rules.lifecycle import SubjectEvent
from trials.rules.definition import CriterionKind, ProtocolDefinition
from trials.rules.events import EventKind
from workbench.rehearsal.acts import Enrol, Leave
from workbench.rehearsal.profile import Failure
from workbench.rehearsal.story import Story

BEFORE_TREATMENT = frozenset({EventKind.SCREENING, EventKind.BASELINE})


def passes_screening(story: Story, dates: dict[str, date], day1: date) -> bool:
    """Tell screening up to enrolment; False where this person does not meet the criteria."""
    visits = [visit for visit in dates if story.definition.plan[visit].kind in BEFORE_TREATMENT]
    first, last = dates[visits[0]], dates[visits[-1]]
    story.screening_begins(first)
    for visit in visits:
        story.visit_happens(visit, story.definition.plan[visit], dates[visit])
        if visit == visits[0]:
            story.criteria_are_judged(first)
            if story.evaluation(Stage.SCREENING, first).overall is Overall.ELIGIBLE:
                story.is_confirmed(Stage.SCREENING, first, eligible=True)
    if story.evaluation(Stage.ENROLMENT, last).overall is not Overall.ELIGIBLE:
        return False
    story.is_confirmed(Stage.ENROLMENT, last, eligible=True)
    story.tell(Enrol, last, day1=day1)
    return True


def fails_screening(story: Story, failure: Failure, dates: dict[str, date]) -> bool:
    """Tell a screening that ends with the first visit; False where this person would not fail."""
    visit, on = next(iter(dates.items()))
    story.screening_begins(on)
    story.visit_happens(visit, story.definition.plan[visit], on)
    against = "" if failure.items else _last_exclusion(story.definition)
    story.criteria_are_judged(on, against=against, comment=failure.comment)
    if story.evaluation(Stage.SCREENING, on).overall is not Overall.INELIGIBLE:
        return False
    story.is_confirmed(Stage.SCREENING, on, eligible=False, comment=failure.comment)
    left = on + timedelta(days=1)
    story.tell(Leave, left, event=SubjectEvent.FAIL_SCREENING, reason=failure.comment)
    return True


def _last_exclusion(definition: ProtocolDefinition) -> str:
    """The exclusion criterion that the investigator judges; the last one is the widest by custom."""
    judged = [c for c in definition.criteria if c.is_judgement]
    exclusions = [c for c in judged if c.kind is CriterionKind.EXCLUSION]
    return (exclusions or judged)[-1].oid if judged else ""
