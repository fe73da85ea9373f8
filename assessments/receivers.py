"""What assessments hear from below: thin doors to their actions."""

from typing import Any

from assessments.actions.rederivation import rederive_at
from audit.rules import Actor
from visits.models import Visit


def follow_redated_visit(*, visit: Visit, by: Actor, **kwargs: Any) -> None:
    """A visit's date was corrected: what rests on it follows, in the same transaction."""
    rederive_at(visit, by=by)
