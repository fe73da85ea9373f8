"""Reads of trials and of who may see and do what in them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from accounts.models import User
from audit.rules import Actor, Channel, RuleViolation, UnknownObject
from audit.rules import gettext_noop as _
from trials.models import ProtocolVersion, Site, StaffRole, Trial
from trials.rules.roles import Permission, Role, permits


class PermissionMissing(RuleViolation):
    """The caller may see the object, but not do this with it."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(
            "permission-missing",
            _("Your role in this trial does not include {permission}. Ask the trial's administrator."),
            permission=str(permission),
        )


def today_at(trial: Trial, now: datetime) -> date:
    """The calendar date at the trial's site at that instant."""
    return now.astimezone(ZoneInfo(trial.time_zone)).date()


def roles_in_force(on: date) -> QuerySet[StaffRole]:
    """The staff roles that hold on a date, of people who may still sign in."""
    return StaffRole.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on, user__is_active=True
    )


def visible_to(user: User, on: date) -> QuerySet[Trial]:
    """The trials in which the user has a role on that date."""
    return Trial.objects.filter(pk__in=roles_in_force(on).filter(user=user).values("trial_id")).order_by(
        "kind", "code"
    )


def staff_role(user: User, trial: Trial, on: date) -> StaffRole:
    """The user's role in the trial on that date; `UnknownObject` where there is none."""
    found = roles_in_force(on).filter(user=user, trial=trial).select_related("site").first()
    if found is None:
        raise UnknownObject()
    found.trial = trial
    return found


def role_in(user: User, code: str, now: datetime) -> StaffRole:
    """The user's role in a trial by code at an instant, with the trial; else `UnknownObject`."""
    held = StaffRole.objects.filter(user=user, trial__code=code).select_related("trial", "site")
    found = next((role for role in held if role.holds_on(today_at(role.trial, now))), None)
    if found is None:
        raise UnknownObject()
    found.user = user
    return found


def demand(role: StaffRole, permission: Permission) -> None:
    """Refuse (`PermissionMissing`) what the role does not permit."""
    if not permits(Role(role.role), permission):
        raise PermissionMissing(permission)


def may(role: StaffRole, permission: Permission) -> bool:
    """Whether the role permits it."""
    return permits(Role(role.role), permission)


def actor(role: StaffRole, *, channel: Channel, request_id: str = "") -> Actor:
    """The user acting in this role, as the audit trail names them."""
    return Actor(role.user_id, role.user.username, role.role, channel, request_id)


def current_version(trial: Trial) -> ProtocolVersion:
    """The protocol version in force: the one published last. `UnknownObject` before the first."""
    found = trial.versions.order_by("-published_at").first()
    if found is None:
        raise UnknownObject()
    return found


def sites_of(role: StaffRole) -> QuerySet[Site]:
    """The sites that the role reaches."""
    sites = Site.objects.filter(trial_id=role.trial_id)
    return sites.filter(pk=role.site_id) if role.site_id else sites


def people_at(site: Site, roles: frozenset[Role], on: date) -> QuerySet[User]:
    """The active people with one of these roles at the site, in the order of their sign-in names."""
    held = roles_in_force(on).filter(
        Q(site__isnull=True) | Q(site=site), trial_id=site.trial_id, role__in=roles
    )
    return User.objects.filter(pk__in=held.values("user_id")).order_by("username")
