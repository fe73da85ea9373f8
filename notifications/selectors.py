"""Reads of the notice ledger."""

from django.db.models import QuerySet

from accounts.models import User
from notifications.models import Notice


def recent_for(user: User, limit: int = 20) -> QuerySet[Notice]:
    """What this person was told last, the newest first."""
    return Notice.objects.filter(recipient=user)[:limit]


def of_trial(code: str) -> QuerySet[Notice]:
    """What was told in a trial, with the recipients, the newest first. Its role scope is the caller's."""
    return Notice.objects.filter(params__trial=code).select_related("recipient")
