"""Reads of the notice ledger."""

from collections.abc import Collection

from django.db.models import QuerySet

from accounts.models import User
from notifications.models import Notice


def recent_for(user: User, limit: int = 20) -> QuerySet[Notice]:
    """What this person was told last, the newest first."""
    return Notice.objects.filter(recipient=user)[:limit]


def about(causes: Collection[str]) -> QuerySet[Notice]:
    """The notices about these things, with their recipients, the newest first."""
    return Notice.objects.filter(cause__in=causes).select_related("recipient")
