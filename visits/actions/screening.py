"""Screening opens a subject's casebook: the subject and the visits that precede Day 1."""

from datetime import date

from django.db import transaction

from audit.recording import record
from audit.rules import Actor
from subjects.actions import screen
from subjects.models import Subject
from trials.models import Site, Trial
from trials.rules.events import EventKind
from visits.models import Visit

BEFORE_ENROLMENT = frozenset({EventKind.SCREENING, EventKind.BASELINE})


@transaction.atomic
def screen_subject(*, trial: Trial, site: Site, screened_on: date, today: date, by: Actor) -> Subject:
    """Screen a new subject and open its screening and baseline visits; their windows follow from Day 1.

    Raises what `subjects.actions.screen` raises.
    """
    subject = screen(trial=trial, site=site, screened_on=screened_on, today=today, by=by)
    plan = subject.version.definition.plan
    visits = [
        Visit(subject=subject, version=subject.version, name=name, order=order)
        for order, (name, event) in enumerate(plan.items())
        if event.kind in BEFORE_ENROLMENT
    ]
    with record(by=by):
        Visit.objects.insert_all(visits)
    return subject
