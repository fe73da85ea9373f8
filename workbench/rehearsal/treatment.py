"""What happens to a simulated subject from Day 1 on: visits, infusions, and the incidents of the part."""

from datetime import date, timedelta

from subjects.rules.lifecycle import SubjectEvent
from trials.rules.events import EventKind, PlannedEvent
from workbench.rehearsal.acts import AddVisit, Leave, Miss
from workbench.rehearsal.casting import Incident, Part
from workbench.rehearsal.events import events_follow
from workbench.rehearsal.story import Story

UNSCHEDULED_AFTER = timedelta(days=5)
LEAVES_AFTER = timedelta(days=7)


def is_treated(story: Story, part: Part, dates: dict[str, date]) -> None:
    """Tell the visits from Day 1 to the last, or to the one after which the subject withdraws."""
    windows = part.windows(story.definition)
    infusions: dict[str, date] = {}
    for visit, on in dates.items():
        event, incident = story.definition.plan[visit], part.incidents.get(visit)
        if on < part.day1 or incident is Incident.OVERLOOKED:
            continue
        if incident is Incident.MISSED:
            noted = windows[visit].closes + timedelta(days=1)
            story.tell(Miss, noted, visit=visit, reason=story.word("absence"))
            continue
        story.visit_happens(visit, event, on, flawed=True)
        if event.kind is EventKind.INFUSION:
            infusions[visit] = on
            story.is_infused(visit, on, incident)
        if incident is Incident.UNSCHEDULED:
            _comes_on_demand(story, EventKind.UNSCHEDULED, on + UNSCHEDULED_AFTER)
        if incident is Incident.WITHDRAWS:
            _withdraws(story, on + LEAVES_AFTER)
            break
    else:
        story.tell(Leave, on, event=SubjectEvent.COMPLETE, reason=story.word("completion"))
    events_follow(story, infusions, part.incidents)


def _withdraws(story: Story, on: date) -> None:
    """The early termination visit, where the protocol has one, and the day after it the disposition."""
    _comes_on_demand(story, EventKind.EARLY_TERMINATION, on)
    left = on + timedelta(days=1)
    story.tell(Leave, left, event=SubjectEvent.WITHDRAW, reason=story.word("withdrawal"))


def _comes_on_demand(story: Story, kind: EventKind, on: date) -> None:
    event = _event_of(story, kind)
    if event:
        story.tell(AddVisit, on, event=event.name)
        number = sum(isinstance(act, AddVisit) and act.event == event.name for act in story.acts)
        visit = f"{event.name}{number}" if kind is EventKind.UNSCHEDULED else event.name
        story.visit_happens(visit, event, on)


def _event_of(story: Story, kind: EventKind) -> PlannedEvent | None:
    return next((event for event in story.definition.plan.values() if event.kind is kind), None)
