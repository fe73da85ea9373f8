"""Forms as a protocol declares them: items, code lists, edit checks. Names are CDISC ODM's."""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from audit.rules import Severity
from trials.rules.text import Strict, Text, Words

Oid = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{0,15}$")]
Expression = Words


class ItemType(StrEnum):
    """What a value is. A choice is a code of its code list; an integer (a score) may have one."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    PARTIAL_DATE = "partial-date"
    TIME = "time"
    DATETIME = "datetime"
    CHOICE = "choice"


NUMERIC = frozenset({ItemType.INTEGER, ItemType.DECIMAL})


class Code(Strict):
    """One permitted value and what it means."""

    code: str | int
    label: Text


class CodeList(Strict):
    """The permitted values of an item, in the order in which they are shown."""

    oid: Oid
    codes: tuple[Code, ...] = Field(min_length=1)
    source: str = ""

    def label(self, code: str | int) -> Text | None:
        """What a code means; None for one that is not in the list."""
        return next((entry.label for entry in self.codes if entry.code == code), None)


class Range(Strict):
    """Inclusive limits in the item's unit; an absent limit is no limit."""

    min: Decimal | None = None
    max: Decimal | None = None

    def holds(self, value: Decimal) -> bool:
        """Whether a value lies within the limits."""
        return (self.min is None or value >= self.min) and (self.max is None or value <= self.max)

    def __str__(self) -> str:
        if self.max is None:
            return f"≥ {self.min}"
        return f"≤ {self.max}" if self.min is None else f"{self.min}–{self.max}"


class Item(Strict):
    """One value of a form: captured by a person, or derived by the server."""

    oid: Oid
    label: Text
    type: ItemType
    unit: str = ""
    codelist: Oid | None = None
    required: bool = True
    hard: Range | None = None
    soft: Range | None = None
    decimals: int = Field(default=2, ge=0, le=6)
    max_length: int = Field(default=1000, ge=1, le=4000)
    may_be_future: bool = False
    show_when: Expression | None = None
    derive: Expression | None = None
    not_done: Oid | None = Field(
        default=None, description="code list of the reasons for which it may be not done"
    )
    help: Text | None = None
    source: str = ""

    @model_validator(mode="after")
    def _agrees_with_its_type(self) -> Self:
        if self.type is ItemType.CHOICE and not self.codelist:
            raise ValueError("a choice needs a codelist")
        if self.codelist and self.type not in (ItemType.CHOICE, ItemType.INTEGER):
            raise ValueError(f"a {self.type} has no codelist")
        if (self.hard or self.soft) and self.type not in NUMERIC:
            raise ValueError(f"a {self.type} has no range; use an edit check")
        if self.derive and (self.not_done or self.show_when):
            raise ValueError(
                "a derived item can't be hidden or not done: its expression says when it is empty"
            )
        return self

    @property
    def captured(self) -> bool:
        """Whether a person enters it."""
        return self.derive is None


class ItemGroup(Strict):
    """Items that stand together on the page."""

    oid: Oid
    label: Text
    items: tuple[Item, ...] = Field(min_length=1)


class Check(Strict):
    """An edit check: a sentence about the form's values that should be true."""

    oid: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,7}-\d{2}$")]
    expect: Expression
    message: Text
    severity: Severity = Severity.SOFT
    item: Oid


class FormKind(StrEnum):
    """Captured at a visit, or a log of the subject that grows row by row."""

    VISIT = "visit"
    LOG = "log"


class Form(Strict):
    """One page of the casebook."""

    oid: Oid
    label: Text
    kind: FormKind = FormKind.VISIT
    repeats: bool = Field(default=False, description="may be captured several times at one visit")
    groups: tuple[ItemGroup, ...] = Field(min_length=1)
    checks: tuple[Check, ...] = ()
    headline: Oid | None = Field(default=None, description="the item that stands for the form in overviews")
    help: Text | None = None
    source: str = ""

    def items(self) -> Iterator[Item]:
        """Every item, in page order."""
        for group in self.groups:
            yield from group.items

    def item(self, oid: str) -> Item | None:
        """The item of that name; None if there is none."""
        return next((item for item in self.items() if item.oid == oid), None)
