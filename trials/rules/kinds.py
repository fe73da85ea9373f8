"""A trial is run, or it is rehearsed; the two never mix."""

from enum import StrEnum

from audit.rules import RuleViolation
from audit.rules import gettext_noop as _


class TrialKind(StrEnum):
    PRODUCTION = "production"
    REHEARSAL = "rehearsal"


REHEARSAL_SUFFIX = "-REHEARSAL"
SUBJECT_PREFIX = {TrialKind.PRODUCTION: "S", TrialKind.REHEARSAL: "R"}


def demand_rehearsal(kind: str, code: str) -> None:
    """Refuse simulated acts outside a rehearsal trial (RuleViolation `not-a-rehearsal`)."""
    if kind != TrialKind.REHEARSAL:
        raise RuleViolation(
            "not-a-rehearsal",
            _("{trial} is a production trial: nothing simulated may enter it."),
            trial=code,
        )
