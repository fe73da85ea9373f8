"""The two kinds of document, and the words they share."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    PlainSerializer,
    RootModel,
    StringConstraints,
    WithJsonSchema,
)

from trials.rules.text import Strict

Row = TypeVar("Row")

Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]
Remark = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]

# A decimal column holds at most 14 digits; a JSON number of up to 15 survives a double unchanged.
Number = Annotated[Decimal, PlainSerializer(float, return_type=float)]


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


# Whatever offset a time was sent with, the server answers in UTC.
Moment = Annotated[
    AwareDatetime,
    PlainSerializer(_utc, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]


class Sent(Strict):
    """What a client sends: an unknown name is refused, never ignored."""


class Answered(BaseModel):
    """What the server answers."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, protected_namespaces=())


class AnyDocument(RootModel[dict[str, Any]]):
    """A JSON object whose shape another document describes."""


class Page(Answered, Generic[Row]):
    """One page of a list; `next` and `previous` are addresses, null at the ends."""

    results: list[Row]
    next: str | None
    previous: str | None
