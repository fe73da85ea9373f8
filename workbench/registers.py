"""Who keeps the registers of accounts, staff and protocol versions, and of which trials."""

from typing import cast

import structlog
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from audit.rules import Actor, Channel
from trials.models import StaffRole, Trial
from trials.rules.roles import PERMISSIONS, Permission, Role
from trials.selectors import roles_in_force

KEEPERS = frozenset(role for role, permits in PERMISSIONS.items() if Permission.STAFF_ASSIGN in permits)


def roles_held(request: HttpRequest) -> list[StaffRole]:
    """The roles of the person in all trials; looked up once a request."""
    if not hasattr(request, "roles_held"):
        held = roles_in_force(timezone.localdate()).filter(user=cast(User, request.user))
        request.roles_held = list(held.select_related("trial").order_by("trial__kind", "trial__code"))
    return request.roles_held


def keeper_roles(request: HttpRequest) -> list[StaffRole]:
    """The roles by which the person keeps registers."""
    return [role for role in roles_held(request) if role.role in KEEPERS]


def may_keep_registers(request: HttpRequest) -> bool:
    """Administrators of a trial, and the superuser who opened the site."""
    user = request.user
    return user.is_authenticated and (user.is_superuser or bool(keeper_roles(request)))


def trials_kept(request: HttpRequest) -> QuerySet[Trial]:
    """The trials whose staff the person administers; all of them for the superuser."""
    if request.user.is_superuser:
        return Trial.objects.order_by("code")
    return Trial.objects.filter(pk__in=[role.trial_id for role in keeper_roles(request)])


def keeper(request: HttpRequest) -> Actor:
    """The person as the audit trail names them while they keep registers."""
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    user = request.user
    return Actor(user.pk, user.username, Role.ADMINISTRATOR, Channel.WEB, request_id)
