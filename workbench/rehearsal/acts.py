"""What simulated staff do. Plain values: the script writes them, the driver plays them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assessments.rules.eligibility import Stage
from safety.rules.values import AdverseEventValues
from subjects.rules.lifecycle import SubjectEvent
from visits.rules.infusion import InfusionValues


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act on one day; `subject` counts the simulated subjects in the order of their screening, from 1."""

    on: date
    subject: int


@dataclass(frozen=True, kw_only=True)
class Screen(Act):
    """Take the subject into screening."""


@dataclass(frozen=True, kw_only=True)
class Consent(Act):
    icf_version: str
    obtained_by: str


@dataclass(frozen=True, kw_only=True)
class Judge(Act):
    criterion: str
    applies: bool
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class Confirm(Act):
    stage: Stage
    eligible: bool
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class Enrol(Act):
    day1: date


@dataclass(frozen=True, kw_only=True)
class AddVisit(Act):
    event: str


@dataclass(frozen=True, kw_only=True)
class Attend(Act):
    visit: str


@dataclass(frozen=True, kw_only=True)
class Miss(Act):
    visit: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Capture(Act):
    """Fill in a form, or correct it where `reason` says why. Without visit and repeat: a log's next row."""

    form: str
    visit: str | None
    repeat: int | None
    values: Mapping[str, Any]
    complete: bool = True
    overrides: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Infuse(Act):
    """Record an infusion, or correct its record where `reason` says why."""

    visit: str
    values: InfusionValues
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Report(Act):
    """Record the subject's adverse event of that number, or correct it where `reason` says why."""

    number: int
    values: AdverseEventValues
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Leave(Act):
    event: SubjectEvent
    reason: str
