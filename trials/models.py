"""Trials, their published protocol versions, sites, staff, and the places there are for subjects."""

from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.models import Audited
from audit.recording import Unrecorded
from trials.rules.definition import ProtocolDefinition
from trials.rules.kinds import TrialKind
from trials.rules.roles import ROLE_LABELS, Role


class Trial(Audited):
    """One trial. A rehearsal is a trial of its own, so that nothing simulated can reach the real one."""

    code = models.CharField(_("trial"), max_length=40, unique=True)
    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=[(TrialKind.PRODUCTION, _("production")), (TrialKind.REHEARSAL, _("rehearsal"))],
        default=TrialKind.PRODUCTION,
        editable=False,
    )
    time_zone = models.CharField(_("time zone"), max_length=40)

    class Meta:
        verbose_name = _("trial")
        verbose_name_plural = _("trials")
        constraints = [
            models.CheckConstraint(
                name="a_rehearsal_is_named_so",
                condition=Q(kind=TrialKind.PRODUCTION, code__regex=r"^[A-Z0-9-]+$")
                & ~Q(code__endswith="-REHEARSAL")
                | Q(kind=TrialKind.REHEARSAL, code__endswith="-REHEARSAL"),
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def audit_scope(self) -> str:
        return f"trial:{self.pk}" if self.pk else ""

    @property
    def is_rehearsal(self) -> bool:
        return self.kind == TrialKind.REHEARSAL


class ProtocolDocument(Audited):
    """The content of a protocol version, addressed by its digest; apart from the version, as it is large."""

    digest = models.CharField(_("SHA-256"), max_length=64, primary_key=True)
    content = models.JSONField(_("definition"))

    class Meta:
        verbose_name = _("protocol document")
        verbose_name_plural = _("protocol documents")

    def __str__(self) -> str:
        return self.digest

    def overwrites(self, name: str, old: Any, new: Any) -> bool:
        raise Unrecorded("A published protocol document is never changed; publish an amendment.")


@lru_cache(maxsize=32)
def _definition(digest: str) -> ProtocolDefinition:
    """Parsed once per process; safe to keep, since a digest has one content for ever."""
    return ProtocolDefinition.model_validate(ProtocolDocument.objects.get(digest=digest).content)


class ProtocolVersion(Audited):
    """A protocol definition as it was published. It is never changed: an amendment is a new version."""

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="versions")
    version = models.CharField(_("version"), max_length=12)
    document = models.ForeignKey(ProtocolDocument, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("published at"))

    class Meta:
        verbose_name = _("protocol version")
        verbose_name_plural = _("protocol versions")
        ordering = ["trial", "published_at"]
        constraints = [models.UniqueConstraint(fields=["trial", "version"], name="version_published_once")]

    def __str__(self) -> str:
        return f"{self.trial_id} {self.version}"

    def overwrites(self, name: str, old: Any, new: Any) -> bool:
        raise Unrecorded("A published protocol version is never changed; publish an amendment.")

    @property
    def digest(self) -> str:
        """SHA-256 of the definition document."""
        return self.document_id

    @property
    def definition(self) -> ProtocolDefinition:
        """The document, parsed."""
        return _definition(self.document_id)


class Site(Audited):
    """A study site, by its number within the trial."""

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="sites")
    number = models.CharField(_("site number"), max_length=3)
    name_en = models.CharField(_("name (English)"), max_length=200)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["trial", "number"]
        constraints = [models.UniqueConstraint(fields=["trial", "number"], name="site_number_once")]

    def __str__(self) -> str:
        return f"{self.trial_id}/{self.number} {self.name_en}"


class StaffRole(Audited):
    """A person's role in a trial, at one site or (site empty) at all, between two dates."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="staff_roles")
    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="staff_roles")
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="staff_roles"
    )
    role = models.CharField(_("role"), max_length=20, choices=[(r, _(ROLE_LABELS[r])) for r in Role])
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("staff role")
        verbose_name_plural = _("staff roles")
        constraints = [
            models.CheckConstraint(
                name="role_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.UniqueConstraint(
                fields=["user", "trial"],
                condition=Q(ends_on__isnull=True),
                name="one_open_role_per_trial",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}"

    def holds_on(self, day: date) -> bool:
        """Whether the person has the role on a date."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class EnrolmentPlace(Audited):
    """One of the places there are for subjects. The cap is the number of rows: a sixteenth can't exist."""

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="places")
    number = models.PositiveIntegerField(_("number"))

    class Meta:
        verbose_name = _("enrolment place")
        verbose_name_plural = _("enrolment places")
        ordering = ["trial", "number"]
        constraints = [models.UniqueConstraint(fields=["trial", "number"], name="place_number_once")]

    def __str__(self) -> str:
        return str(self.number)
