"""What is recorded of an adverse event. Titles are CDASH variables, or names in their manner."""

from datetime import time
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictInt, StringConstraints
from pydantic_core import PydanticCustomError

from safety.rules.terms import ActionTaken, Causality, Outcome, SpecialInterest
from trials.rules.partial_dates import PartialDate, parse_partial_date
from trials.rules.text import Strict
from trials.rules.written import Instant

MAX_TEXT = 200


def _known_date(text: str) -> str:
    try:
        parse_partial_date(text)
    except ValueError:
        raise PydanticCustomError("partial_date", "not a date, nor a part of one") from None
    return text


def _written_time(value: Any) -> Any:
    try:
        at = time.fromisoformat(value) if isinstance(value, str) else value
        if not isinstance(at, time) or at.tzinfo:
            raise ValueError
    except ValueError:
        raise PydanticCustomError("time_of_day", "not a time of day at the site") from None
    return at


# PostgreSQL stores every character but NUL.
Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT, pattern=r"^[^\x00]*$"),
]
PartialDateText = Annotated[str, AfterValidator(_known_date)]
TimeOfDay = Annotated[time, BeforeValidator(_written_time)]


class AdverseEventValues(Strict):
    """One adverse event as it is known. None means that the question is not answered.

    Dates may be partial (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`); times are the site's; `aware_at` carries
    its offset.
    """

    term: Words = Field(title="AETERM")
    start_date: PartialDateText = Field(title="AESTDAT")
    start_time: TimeOfDay | None = Field(None, title="AESTTIM")
    end_date: PartialDateText | None = Field(None, title="AEENDAT")
    end_time: TimeOfDay | None = Field(None, title="AEENTIM")
    ongoing: StrictBool = Field(False, title="AEONGO")
    grade: StrictInt = Field(title="AETOXGR", ge=1, le=5)
    serious: StrictBool | None = Field(None, title="AESER")
    death: StrictBool = Field(False, title="AESDTH")
    life_threatening: StrictBool = Field(False, title="AESLIFE")
    hospitalisation: StrictBool = Field(False, title="AESHOSP")
    disability: StrictBool = Field(False, title="AESDISAB")
    congenital_anomaly: StrictBool = Field(False, title="AESCONG")
    medically_important: StrictBool = Field(False, title="AESMIE")
    caused_by_product: Causality | None = Field(None, title="AEREL")
    caused_by_procedure: Causality | None = Field(None, title="AERELPRC")
    caused_by_medication: Causality | None = Field(None, title="AERELCM")
    caused_by_disease: Causality | None = Field(None, title="AERELDIS")
    action_taken: ActionTaken = Field(title="AEACN")
    other_action: Words | None = Field(None, title="AEACNOTH")
    treated: StrictBool | None = Field(None, title="AECONTRT")
    outcome: Outcome = Field(title="AEOUT")
    led_to_discontinuation: StrictBool | None = Field(None, title="AEDIS")
    special_interest: SpecialInterest | None = Field(None, title="AESI")
    infusion_visit: Words | None = Field(None, title="AEINF")
    aware_at: Instant = Field(title="AEAWDTC")

    @property
    def start(self) -> PartialDate:
        return parse_partial_date(self.start_date)

    @property
    def end(self) -> PartialDate | None:
        return parse_partial_date(self.end_date) if self.end_date else None


class Coding(Strict):
    """The MedDRA terms of an event, lowest level to organ class, in one MedDRA version."""

    meddra_version: Annotated[Words, StringConstraints(max_length=10)]
    meddra_llt: Words
    meddra_pt: Words
    meddra_soc: Words
