"""Trials and their published protocol versions."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from api.serializers.documents import Answered, Moment
from subjects.models import Deviation
from subjects.rules.deviations import DeviationKind, DeviationState
from trials.models import ProtocolVersion, StaffRole
from trials.rules.kinds import TrialKind
from trials.rules.roles import PERMISSIONS, Permission, Role
from trials.rules.text import Text


class SiteRead(Answered):
    number: str
    label: Text


class TrialRead(Answered):
    """A trial, and what the caller may do in it."""

    trial: str
    kind: TrialKind
    title: Text | None
    time_zone: str
    version: str | None
    sites: list[SiteRead]
    role: Role
    permissions: list[Permission]

    @classmethod
    def of(cls, role: StaffRole, versions: Iterable[ProtocolVersion]) -> Self:
        current = max(versions, key=lambda version: version.published_at, default=None)
        trial = role.trial
        return cls(
            trial=trial.code,
            kind=TrialKind(trial.kind),
            title=current.definition.registry.title if current else None,
            time_zone=trial.time_zone,
            version=current.version if current else None,
            sites=[
                SiteRead(number=site.number, label=Text(en=site.name_en, zh_hans=site.name_zh))
                for site in trial.sites.all()
                if role.site_id in (None, site.pk)
            ],
            role=Role(role.role),
            permissions=sorted(PERMISSIONS[Role(role.role)]),
        )


class EnrolmentRead(Answered):
    """How full the trial is."""

    cap: int
    enrolled: int
    remaining: int
    screening: int
    screen_failed: int
    open: bool


class VersionRead(Answered):
    """A published protocol version; the digest is the SHA-256 of its document."""

    version: str
    digest: str
    published_at: Moment

    @classmethod
    def of(cls, version: ProtocolVersion) -> Self:
        return cls(version=version.version, digest=version.digest, published_at=version.published_at)


class DeviationRead(Answered):
    """A departure from the protocol that the system found."""

    subject: str
    kind: DeviationKind
    visit: str
    occurred_on: date
    state: DeviationState
    facts: dict[str, Any]

    @classmethod
    def of(cls, deviation: Deviation) -> Self:
        return cls(
            subject=deviation.subject.code,
            kind=DeviationKind(deviation.kind),
            visit=deviation.cause,
            occurred_on=deviation.occurred_on,
            state=DeviationState(deviation.state),
            facts=deviation.facts,
        )
