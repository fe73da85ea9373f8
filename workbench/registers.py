"""Who may look into the registers of accounts, staff and protocol versions."""

from django.http import HttpRequest
from django.utils import timezone

from trials.models import StaffRole
from trials.rules.roles import PERMISSIONS, Permission
from trials.selectors import roles_in_force

KEEPERS = [role for role, permits in PERMISSIONS.items() if Permission.STAFF_ASSIGN in permits]


def keeper_roles(request: HttpRequest) -> list[StaffRole]:
    """The roles by which the person keeps registers; looked up once a request."""
    if not hasattr(request, "keeper_roles"):
        held = roles_in_force(timezone.localdate()).filter(user_id=request.user.pk, role__in=KEEPERS)
        request.keeper_roles = list(held.select_related("trial", "user"))
    return request.keeper_roles


def may_keep_registers(request: HttpRequest) -> bool:
    """Administrators of a trial, and the superuser who opened the site."""
    user = request.user
    return user.is_authenticated and (user.is_superuser or bool(keeper_roles(request)))
