"""Adverse events."""

from typing import Any, Self

from pydantic import Field

from api.serializers.documents import Answered, Moment, Reason
from safety.models import AdverseEvent
from safety.rules.values import AdverseEventValues


class AdverseEventSent(AdverseEventValues):
    """An adverse event as it is known."""

    @property
    def values(self) -> AdverseEventValues:
        return AdverseEventValues(**self.model_dump(include=set(AdverseEventValues.model_fields)))


class CorrectionSent(AdverseEventSent):
    """All that is known of the event now, and why it is changed."""

    reason: Reason = ""


class CodingRead(Answered):
    """MedDRA terms; null until the event is coded."""

    meddra_version: str
    meddra_llt: str
    meddra_pt: str
    meddra_soc: str


class AdverseEventRead(AdverseEventValues):
    """An adverse event as it is recorded."""

    number: int
    aware_at: Moment
    ctcae_version: str
    sae: bool = Field(description="serious: told to the site at once")
    coding: CodingRead | None

    @classmethod
    def of(cls, event: AdverseEvent, **more: Any) -> Self:
        coding = {name: getattr(event, name) for name in CodingRead.model_fields}
        return cls(
            **event.values.model_dump(),
            number=event.number,
            ctcae_version=event.ctcae_version,
            sae=event.is_sae,
            coding=CodingRead(**coding) if event.meddra_version else None,
            **more,
        )


class AdverseEventInFull(AdverseEventRead):
    """With whether it emerged under treatment; null where dates leave that open."""

    treatment_emergent: bool | None
