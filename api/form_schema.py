"""The JSON Schema (2020-12) of a form's values, for clients that check while people type.

It says what one value may be. What rests on other values or on the calendar (`show_when`, edit checks, dates
that lie in the future) is judged by the server when the form is sent, and so is the number of decimals,
because `multipleOf` refuses good values wherever numbers are binary.
"""

from collections.abc import Callable
from typing import Any

from assessments.rules.values import MOST_DIGITS
from trials.rules.definition import ProtocolDefinition
from trials.rules.forms import Form, Item, ItemType, Range
from trials.rules.text import Text

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_INVISIBLE = r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
_YEAR = "(?!0000)[0-9]{4}"
_YEAR_OF_AN_INSTANT = "(19|20|21)[0-9]{2}"  # trials.rules.written.YEARS
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"

Schema = dict[str, Any]


def form_schema(definition: ProtocolDefinition, form: Form) -> Schema:
    """The schema of what stands under `values` when the form is sent. Derived items have no place in it."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:casebook:{definition.registry.id}:{definition.version}:{form.oid}",
        **_titled(form.label),
        "type": "object",
        "properties": {item.oid: item_schema(definition, item) for item in form.items() if item.captured},
        "additionalProperties": False,
    }


def item_schema(definition: ProtocolDefinition, item: Item) -> Schema:
    """The schema of one item: its value, or `{"not_done": reason}` where that is allowed."""
    value = _coded(definition, item.codelist) if item.codelist else _TYPES[item.type](item)
    if item.not_done:
        value = {"oneOf": [value, _not_done(definition, item.not_done)]}
    return {**_titled(item.label), **value, **_annotations(item)}


def _titled(label: Text) -> Schema:
    return {"title": label.en, "x-title": label.model_dump(by_alias=True)}


def _annotations(item: Item) -> Schema:
    """What a form shows or asks beside the value; a validator passes over these."""
    noted: Schema = {
        "x-required": item.required,
        "x-unit": item.unit,
        "x-show-when": item.show_when,
        "x-expected-range": item.soft.model_dump(mode="json") if item.soft else None,
        "x-decimals": item.decimals if item.type is ItemType.DECIMAL else None,
        "x-help": item.help.model_dump(by_alias=True) if item.help else None,
    }
    return {name: value for name, value in noted.items() if value not in (None, "")}


def _coded(definition: ProtocolDefinition, oid: str) -> Schema:
    codelist = definition.codelist(oid)
    codes = codelist.codes if codelist else ()
    return {"oneOf": [{"const": entry.code, **_titled(entry.label)} for entry in codes]}


def _not_done(definition: ProtocolDefinition, oid: str) -> Schema:
    return {
        "type": "object",
        "properties": {"not_done": _coded(definition, oid)},
        "required": ["not_done"],
        "additionalProperties": False,
    }


def _text(item: Item) -> Schema:
    """Something visible, counted without the blanks around it, which the server cuts off."""
    most = item.max_length - 2
    return {
        "type": "string",
        "pattern": rf"^\s*\S([\s\S]{{0,{most}}}\S)?\s*$" if most >= 0 else r"^\s*\S\s*$",
        "not": {"pattern": _INVISIBLE},
    }


def _number(kind: str) -> Callable[[Item], Schema]:
    def schema(item: Item) -> Schema:
        limits = item.hard or Range()
        return {
            "type": kind,
            **_limit("minimum", limits.min, "exclusiveMinimum", -(10**MOST_DIGITS)),
            **_limit("maximum", limits.max, "exclusiveMaximum", 10**MOST_DIGITS),
        }

    return schema


def _limit(inclusive: str, limit: Any, exclusive: str, otherwise: int) -> Schema:
    if limit is None:
        return {exclusive: otherwise}
    return {inclusive: int(limit) if limit == int(limit) else float(limit)}


def _pattern(pattern: str, **more: str) -> Callable[[Item], Schema]:
    def schema(item: Item) -> Schema:
        return {"type": "string", "pattern": f"^{pattern}$", **more}

    return schema


def _partial_date(item: Item) -> Schema:
    return {
        "type": "string",
        "anyOf": [
            {"format": "date", "pattern": f"^{_YEAR}-[0-9]{{2}}-[0-9]{{2}}$"},
            {"pattern": f"^{_YEAR}(-(0[1-9]|1[0-2]))?$"},
        ],
    }


_TYPES: dict[ItemType, Callable[[Item], Schema]] = {
    ItemType.TEXT: _text,
    ItemType.INTEGER: _number("integer"),
    ItemType.DECIMAL: _number("number"),
    ItemType.DATE: _pattern(f"{_YEAR}-[0-9]{{2}}-[0-9]{{2}}", format="date"),
    ItemType.PARTIAL_DATE: _partial_date,
    ItemType.TIME: _pattern(_CLOCK),
    ItemType.DATETIME: _pattern(
        f"{_YEAR_OF_AN_INSTANT}-[0-9]{{2}}-[0-9]{{2}}T{_CLOCK}(:[0-5][0-9])?(Z|[+-]{_CLOCK})"
    ),
}
