"""Reads of accounts."""

from datetime import datetime

from accounts.models import AccessToken, User


def user_of_token(token: str, *, now: datetime) -> User | None:
    """The active user whose live token this is; None for an unknown, expired or revoked one."""
    found = (
        AccessToken.objects.select_related("user")
        .filter(
            digest=AccessToken.digest_of(token),
            revoked_at__isnull=True,
            expires_at__gt=now,
            user__is_active=True,
        )
        .first()
    )
    return found.user if found else None
