"""The acts on trials: publish a protocol version, assign staff."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from audit.recording import record
from audit.rules import Actor, RuleViolation
from audit.rules import gettext_noop as _
from trials.models import EnrolmentPlace, ProtocolDocument, ProtocolVersion, Site, StaffRole, Trial
from trials.rules.definition import ProtocolDefinition, digest_of
from trials.rules.kinds import REHEARSAL_SUFFIX, TrialKind
from trials.rules.roles import Role


@transaction.atomic
def publish(
    *,
    definition: ProtocolDefinition,
    kind: TrialKind = TrialKind.PRODUCTION,
    now: datetime,
    by: Actor,
) -> ProtocolVersion:
    """Publish a protocol definition, with its trial, sites and places where they don't exist yet.

    The same document published again is the same version. Raises `RuleViolation` (version-published) for a
    different document under a version that exists: a published version is never changed.
    """
    code = definition.registry.id + (REHEARSAL_SUFFIX if kind is TrialKind.REHEARSAL else "")
    document = definition.document()
    digest = digest_of(document)
    with record(by=by):
        trial = Trial.objects.select_for_update().filter(code=code).first() or _open_trial(
            code, kind, definition.time_zone
        )
        published = trial.versions.filter(version=definition.version).first()
        if published and published.digest != digest:
            raise RuleViolation(
                "version-published",
                _("Version {version} of {trial} is published and can't change. Publish a new version."),
                version=definition.version,
                trial=code,
            )
        if published is None:
            published = ProtocolVersion(
                trial=trial,
                version=definition.version,
                document=_keep_document(digest, document),
                published_at=now,
            )
            published.save()
            _add_sites(trial, definition)
            _add_places(trial, definition.enrolment_cap)
    return published


def _keep_document(digest: str, content: dict[str, Any]) -> ProtocolDocument:
    kept = ProtocolDocument.objects.filter(digest=digest).first()
    if kept is None:
        kept = ProtocolDocument(digest=digest, content=content)
        kept.save()
    return kept


def _open_trial(code: str, kind: TrialKind, time_zone: str) -> Trial:
    trial = Trial(code=code, kind=kind, time_zone=time_zone)
    trial.save()
    return trial


def _add_sites(trial: Trial, definition: ProtocolDefinition) -> None:
    known = set(trial.sites.values_list("number", flat=True))
    for site in definition.sites:
        if site.number not in known:
            Site(trial=trial, number=site.number, name_en=site.label.en, name_zh=site.label.zh_hans).save()


def _add_places(trial: Trial, cap: int) -> None:
    """An amendment may add places; it can't take one away that a subject may hold."""
    known = set(trial.places.values_list("number", flat=True))
    if len(known) > cap:
        raise RuleViolation(
            "cap-lowered",
            _("{trial} has {places} places already; a version can't lower the cap to {cap}."),
            trial=trial.code,
            places=len(known),
            cap=cap,
        )
    missing = [EnrolmentPlace(trial=trial, number=n) for n in range(1, cap + 1) if n not in known]
    EnrolmentPlace.objects.insert_all(missing)


@transaction.atomic
def assign_role(
    *, user: User, trial: Trial, role: Role, starts_on: date, by: Actor, site: Site | None = None
) -> StaffRole:
    """Give a person a role in a trial. Raises `RuleViolation` (role-held) while they hold one there."""
    if site and site.trial_id != trial.pk:
        raise RuleViolation("other-trials-site", _("That site belongs to another trial."))
    assigned = StaffRole(user=user, trial=trial, site=site, role=role, starts_on=starts_on)
    try:
        with record(by=by), transaction.atomic():
            assigned.save()
    except IntegrityError as error:
        raise RuleViolation(
            "role-held",
            _("{user} has a role in this trial already; end it first."),
            user=user.username,
        ) from error
    return assigned


@transaction.atomic
def end_role(*, role: StaffRole, ends_on: date, by: Actor, reason: str) -> StaffRole:
    """End a person's role on a date."""
    with record(by=by, reason=reason):
        role.ends_on = ends_on
        role.save()
    return role
