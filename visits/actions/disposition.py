"""A subject leaves the trial: the visits that can no longer take place are cancelled with it."""

from datetime import date

from django.db import transaction

from audit.recording import record
from audit.rules import Actor
from audit.rules import gettext_noop as _
from subjects.actions import dispose
from subjects.models import Subject
from subjects.rules.lifecycle import SubjectEvent
from visits.actions.reminders import withdraw_for
from visits.models import Visit
from visits.rules.lifecycle import VisitState


@transaction.atomic
def end_participation(
    *, subject: Subject, event: SubjectEvent, on: date, reason: str, today: date, by: Actor
) -> Subject:
    """Record the disposition and cancel every planned visit whose window had not opened by then.

    Raises what `subjects.actions.dispose` raises.
    """
    subject = dispose(subject=subject, event=event, on=on, reason=reason, today=today, by=by)
    planned = list(subject.visits.select_for_update().filter(state=VisitState.PLANNED))
    to_come = [visit for visit in planned if visit.opens_on is None or visit.opens_on > on]
    for visit in to_come:
        visit.state = VisitState.CANCELLED
    with record(by=by, reason=reason or f"subject left the trial: {event}"):
        Visit.objects.change_all(to_come, ["state"])
    withdraw_for([visit.pk for visit in planned], reason=_("the subject left the trial"))
    return subject
