"""Fills each history row, as django-simple-history makes it, with the act that is being recorded."""

from typing import Any

from audit.models import Audited
from audit.recording import current_act


def attribute_history_row(instance: Any, history_instance: Any, **kwargs: Any) -> None:
    """Accounts keep history without an act, because Django itself saves `last_login`; all else has one."""
    if isinstance(instance, Audited):
        history_instance.attribute(current_act(), instance.audit_scope)
