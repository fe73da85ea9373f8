"""Who asks: the system, about what a check finds; monitor and data manager, about what they read."""

from enum import StrEnum

from audit.rules import RuleViolation
from audit.rules import gettext_noop as _


class QueryOrigin(StrEnum):
    """For people, the role in which they ask."""

    SYSTEM = "system"
    MONITOR = "monitor"
    DATA_MANAGER = "data-manager"


QUERY_ORIGIN_LABELS = {
    QueryOrigin.SYSTEM: _("system"),
    QueryOrigin.MONITOR: _("monitor"),
    QueryOrigin.DATA_MANAGER: _("data manager"),
}


def origin_of(role: str) -> QueryOrigin:
    """The origin of a query that a person in this role asks.

    Raises `RuleViolation` (asks-no-queries) for every other role: the site answers.
    """
    try:
        return QueryOrigin(role)
    except ValueError:
        raise RuleViolation(
            "asks-no-queries", _("Queries are asked by the monitor or the data manager.")
        ) from None
