"""What an infusion record says, and what it must agree with."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from audit.rules import Fault
from audit.rules import gettext_noop as _
from trials.rules.text import Strict
from trials.rules.written import Instant

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class Interruption(Strict):
    """A pause of the infusion; `resumed_at` is absent where it was not resumed."""

    stopped_at: Instant
    resumed_at: Instant | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class InfusionValues(Strict):
    """The infusion as a person records it. Dose in `dose_unit`; percent of the dose given, 0–100."""

    lot: Short
    dose: Decimal = Field(gt=0, max_digits=14, decimal_places=4)
    dose_unit: Short
    started_at: Instant
    stopped_at: Instant
    premedication: Line = ""
    interruptions: tuple[Interruption, ...] = ()
    percent_given: Decimal = Field(default=Decimal(100), ge=0, le=100, max_digits=5, decimal_places=2)
    reason_not_whole: Line = ""


def infusion_faults(values: InfusionValues, *, started_on: date, visit_date: date | None) -> list[Fault]:
    """Every disagreement within the record, and with the visit's date (None: not compared)."""
    faults = []
    if visit_date is not None and started_on != visit_date:
        faults.append(
            Fault(
                "/started_at",
                "not-on-visit-date",
                _("The infusion started on {started}, but the visit took place on {visit}."),
                {"started": started_on.isoformat(), "visit": visit_date.isoformat()},
            )
        )
    if values.stopped_at <= values.started_at:
        faults.append(Fault("/stopped_at", "stop-before-start", _("The infusion must stop after it starts.")))
    if values.percent_given < 100 and not values.reason_not_whole:
        faults.append(
            Fault("/reason_not_whole", "required", _("Say why less than the whole dose was given."))
        )
    for number, pause in enumerate(values.interruptions):
        end = pause.resumed_at or values.stopped_at
        if not values.started_at <= pause.stopped_at <= end <= values.stopped_at:
            faults.append(
                Fault(
                    f"/interruptions/{number}",
                    "outside-infusion",
                    _("An interruption lies between the start and the stop of the infusion."),
                )
            )
    return faults
