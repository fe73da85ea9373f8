"""Who sits at the desk: the signed-in person in one trial, in one role, at one instant."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, wraps
from typing import Any, cast
from zoneinfo import ZoneInfo

import structlog
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from accounts.models import User
from audit.rules import Actor, Channel, UnknownObject
from subjects.selectors import subject_for
from trials.models import StaffRole, Trial
from trials.rules.roles import PERMISSIONS, Permission, Role
from trials.selectors import actor, demand, staff_role, today_at
from workbench.refusals import answered

Page = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Desk:
    """What every page of a trial is shown for and acts as."""

    role: StaffRole
    now: datetime
    today: date

    @classmethod
    def of(cls, user: User, trial_code: str) -> "Desk":
        """`UnknownObject` for a trial in which the user has no role, and for one that does not exist."""
        trial = Trial.objects.filter(code=trial_code).first()
        if trial is None:
            raise UnknownObject()
        now = timezone.now()
        today = today_at(trial, now)
        return cls(staff_role(user, trial, today), now, today)

    @property
    def trial(self) -> Trial:
        return self.role.trial

    @cached_property
    def permits(self) -> frozenset[Permission]:
        """What templates ask before they offer an act."""
        return PERMISSIONS[Role(self.role.role)]

    @cached_property
    def by(self) -> Actor:
        """The person as the audit trail names them."""
        request_id = structlog.contextvars.get_contextvars().get("request_id", "")
        return actor(self.role, channel=Channel.WEB, request_id=request_id)

    def demand(self, permission: Permission) -> None:
        """Refuse what the role does not permit."""
        demand(self.role, permission)


def trial_page(permission: Permission) -> Callable[[Page], Page]:
    """A page of one trial: asks once whether the role permits it, and shows times of the trial's zone."""

    def guard(view: Page) -> Page:
        @wraps(view)
        @answered
        def page(request: HttpRequest, trial: str, **keys: Any) -> HttpResponseBase:
            desk = Desk.of(cast(User, request.user), trial)
            request.desk = desk
            with timezone.override(ZoneInfo(desk.trial.time_zone)):
                desk.demand(permission)
                return view(request, desk, **keys)

        return page

    return guard


def subject_page(permission: Permission) -> Callable[[Page], Page]:
    """A page of one subject of the trial."""

    def guard(view: Page) -> Page:
        @trial_page(permission)
        @wraps(view)
        def page(request: HttpRequest, desk: Desk, subject: str, **keys: Any) -> HttpResponseBase:
            return view(request, desk, subject_for(desk.role, subject), **keys)

        return page

    return guard
