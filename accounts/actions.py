"""The acts on accounts: open one, issue and revoke access tokens."""

from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import AccessToken, User
from audit.recording import record
from audit.rules import Actor, RuleViolation, invalid
from audit.rules import gettext_noop as _

# The trail gives these names to acts that no person did: the clock's, and a rehearsal's.
RESERVED = frozenset({"system", "rehearsal"})


@transaction.atomic
def open_account(
    *, username: str, password: str, full_name: str, email: str, language: str, by: Actor
) -> User:
    """Open one person's account.

    Raises `RuleViolation` (username-taken): names are never reused, also not those of closed accounts;
    `InvalidValues` when the password is too weak.
    """
    first = username.lower().split(".")[0]
    if first in RESERVED or User.objects.filter(username__iexact=username).exists():
        raise RuleViolation("username-taken", _("The sign-in name {username} is taken."), username=username)
    user = User(username=username, full_name=full_name, email=email, language=language)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise invalid("/password", "weak-password", " ".join(error.messages)) from error
    user.set_password(password)
    user._change_reason = f"opened by {by.username}"  # type: ignore[attr-defined]
    user.save()
    return user


@transaction.atomic
def issue_token(*, user: User, name: str, now: datetime, days: int = 90, by: Actor) -> str:
    """Issue an access token that lives `days` days; returns the token, which can't be read again."""
    token = AccessToken.new_token()
    with record(by=by):
        AccessToken(
            user=user,
            name=name,
            digest=AccessToken.digest_of(token),
            expires_at=now + timedelta(days=days),
        ).save()
    return token


@transaction.atomic
def revoke_token(*, token: AccessToken, now: datetime, by: Actor, reason: str) -> None:
    """End a token at once."""
    with record(by=by, reason=reason):
        token.revoked_at = token.revoked_at or now
        token.save()


@transaction.atomic
def prefer_language(*, user: User, language: str) -> None:
    """Keep the language in which a person reads; their own choice, so that no role or reason is asked for."""
    if user.language != language:
        user.language = language
        user.save(update_fields=["language"])
