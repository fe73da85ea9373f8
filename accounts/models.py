"""Who can sign in: users, and the access tokens of eCRF clients (only their digests are kept)."""

import hashlib
import secrets

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from audit.models import Audited

LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]


class User(AbstractUser):
    """One person, one account. Deactivated, never deleted (21 CFR 11.100(a), 11.300(a))."""

    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES, default="zh-hans")

    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    class Meta(AbstractUser.Meta):
        pass

    def __str__(self) -> str:
        return self.full_name or self.username

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        raise models.ProtectedError("An account is deactivated, never deleted.", {self})


class AccessToken(Audited):
    """A bearer token of an eCRF client. The token itself is shown once and never stored."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="access_tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def digest_of(token: str) -> str:
        """SHA-256 in hexadecimal. A token holds 256 random bits, so that no salt or stretching is needed."""
        return hashlib.sha256(token.encode()).hexdigest()

    @staticmethod
    def new_token() -> str:
        """A fresh token; the prefix lets secret scanners recognise one that leaked."""
        return "casebook_" + secrets.token_urlsafe(32)
