"""The clock's door to the ledger. No retry: beat comes again, and the ledger knows what is left."""

from celery import shared_task
from django.utils import timezone

from notifications.actions import dispatch


@shared_task
def dispatch_notices() -> None:
    """Send what is due."""
    dispatch(now=timezone.now())
