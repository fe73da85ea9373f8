"""The clock's doors to visits. No retry: beat comes again, and both acts may run at any time."""

from celery import shared_task
from django.utils import timezone

from visits.actions.reminders import flag_overdue, sweep


@shared_task
def sweep_visit_reminders() -> None:
    """Enter the reminders of the day in the notice ledger."""
    sweep(now=timezone.now())


@shared_task
def flag_overdue_visits() -> None:
    """Raise deviations for visits that nobody attended."""
    flag_overdue(now=timezone.now())
