"""What review hears from below: thin doors to its actions."""

from typing import Any

from assessments.models import Assessment
from audit.rules import Actor
from review.actions import follow_findings


def follow_saved_assessment(*, assessment: Assessment, by: Actor, **kwargs: Any) -> None:
    """An assessment was saved: its queries follow, in the same transaction."""
    follow_findings(assessment=assessment, by=by)
