"""When a person is reminded of a visit. On any day at most one stage holds, so that after an
outage the stages that no longer matter are skipped."""

from datetime import date, timedelta
from enum import StrEnum

from visits.rules.schedule import Window

# Later than that the deviation stands on the worklist, and an e-mail adds nothing.
CLOSED_MATTERS_DAYS = 7


class ReminderStage(StrEnum):
    """What is said; the words are declared in `notifications.rules.kinds`."""

    OPENS_SOON = "opens-soon"
    OPENS_TODAY = "opens-today"
    CLOSES_TOMORROW = "closes-tomorrow"
    CLOSED = "closed-unattended"


def stage(window: Window, today: date, lead_days: int) -> ReminderStage | None:
    """What to remind of on a day, as long as the visit is planned.

    `lead_days` (1 or more; protocol setting `reminder_lead_days`) is how long before the opening
    the first reminder comes. The last two days count as "closes tomorrow", any other day inside as
    "opens today": that is how a stage missed in an outage is caught up. None before the first and
    long after the last.
    """
    if today > window.closes:
        late = (today - window.closes).days
        return ReminderStage.CLOSED if late <= CLOSED_MATTERS_DAYS else None
    if today > window.opens and today >= window.closes - timedelta(days=1):
        return ReminderStage.CLOSES_TOMORROW
    if today >= window.opens:
        return ReminderStage.OPENS_TODAY
    early = (window.opens - today).days
    return ReminderStage.OPENS_SOON if early <= lead_days else None
