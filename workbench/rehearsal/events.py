"""The adverse events of a simulated subject: after which infusion, how severe, told when, ended when."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from audit.validation import parse
from safety.rules.terms import Outcome
from safety.rules.values import AdverseEventValues
from workbench.rehearsal.acts import Report
from workbench.rehearsal.casting import Incident
from workbench.rehearsal.profile import Event
from workbench.rehearsal.story import Story

USUAL_SHARE = 0.2
MOST_DAYS_UNTOLD = 2
AWARE_AT = time(9, 30)


def events_follow(story: Story, infusions: dict[str, date], incidents: dict[str, Incident]) -> None:
    """Tell what follows these infusions: the event that an incident brings, or now and then a usual one."""
    number = 0
    for visit, on in infusions.items():
        event = _event(story, incidents.get(visit))
        if event:
            number += 1
            _befalls(story, event, visit, on, number)


def _event(story: Story, incident: Incident | None) -> Event | None:
    catalogue = story.profile.adverse_events
    brought = [event for event in catalogue if event.occasion and event.occasion == incident]
    if brought:
        return story.rng.choice(brought)
    usual = [event for event in catalogue if not event.occasion]
    if not usual or story.rng.random() >= USUAL_SHARE:
        return None
    return story.rng.choices(usual, [event.weight for event in usual])[0]


def _befalls(story: Story, event: Event, visit: str, infused_on: date, number: int) -> None:
    """Reported within days; where it lasts longer, as ongoing, and ended in a later report."""
    rng = story.rng
    began = infused_on + timedelta(days=rng.randint(*event.begins))
    told = began + timedelta(days=rng.randint(0, MOST_DAYS_UNTOLD))
    ended = began + timedelta(days=rng.randint(*event.lasts))
    known: dict[str, Any] = {
        **event.values,
        "start_date": began.isoformat(),
        "grade": rng.choices(list(event.grades), list(event.grades.values()))[0],
        "infusion_visit": visit,
        "aware_at": _aware_at(story, told),
    }
    over = {"end_date": ended.isoformat(), "ongoing": False, "outcome": Outcome.RECOVERED}
    lasting = {"end_date": None, "ongoing": True, "outcome": Outcome.NOT_RECOVERED}
    if ended <= told:
        story.tell(Report, told, number=number, values=_values(known | over))
    else:
        story.tell(Report, told, number=number, values=_values(known | lasting))
        reason = story.word("event ended")
        story.tell(Report, ended, number=number, values=_values(known | over), reason=reason)
    if event.treatment and story.profile.medication:
        story.add_row(story.profile.medication, event.treatment, told)


def _values(known: dict[str, Any]) -> AdverseEventValues:
    return parse(AdverseEventValues, known)


def _aware_at(story: Story, on: date) -> str:
    return datetime.combine(on, AWARE_AT, ZoneInfo(story.definition.time_zone)).isoformat()
