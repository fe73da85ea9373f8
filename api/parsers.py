"""JSON in which nothing is lost or guessed on the way in."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import IO, Any, NoReturn

from django.utils.http import parse_header_parameters
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser

from api.refusals import HttpRefusal, malformed
from audit.rules import gettext_noop as _

MOST_BYTES = 1024 * 1024
MOST_LEVELS = 12
LONGEST_NUMBER = 40  # characters; beyond that reading the number is itself an attack


class StrictJSONParser(BaseParser):
    """RFC 8259, read strictly (I-JSON, RFC 7493): no name twice, no NaN, and decimals stay decimals."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        _name, options = parse_header_parameters(media_type or "")
        if options.get("charset", "utf-8").lower() != "utf-8":
            raise UnsupportedMediaType(media_type or "")
        sent = stream.read(MOST_BYTES + 1)
        if len(sent) > MOST_BYTES:
            raise HttpRefusal(
                413, "body-too-large", _("The body is larger than {limit} bytes."), limit=MOST_BYTES
            )
        return read_json(sent)


def read_json(sent: bytes) -> Any:
    """The one JSON value that `sent` holds; raises `HttpRefusal` (400) naming what is wrong with it."""
    try:
        value = json.loads(
            sent.decode("utf-8"),
            object_pairs_hook=_without_repetition,
            parse_constant=_refuse_constant,
            parse_float=_number,
            parse_int=_whole_number,
        )
    except RecursionError:
        raise _too_deep() from None
    except UnicodeDecodeError:
        raise malformed("malformed-json", _("The body is not UTF-8.")) from None
    except json.JSONDecodeError as error:
        raise malformed(
            "malformed-json",
            _("The body is not JSON: see line {line}, column {column}."),
            line=error.lineno,
            column=error.colno,
        ) from None
    for text in _texts(value):
        if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            raise malformed("malformed-text", _("A text holds a NUL character or half a character."))
    return value


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which a name stands twice says two things; the second must not silently win."""
    named = dict(pairs)
    if len(named) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise malformed("duplicate-name", _("The name {name} stands twice in one object."), name=twice)
    return named


def _refuse_constant(name: str) -> NoReturn:
    raise malformed("malformed-json", _("{name} is not a JSON number."), name=name)


def _whole_number(digits: str) -> int:
    return int(_bounded(digits))


def _number(digits: str) -> Decimal:
    try:
        return Decimal(_bounded(digits))
    except InvalidOperation:
        raise _too_long_a_number() from None


def _bounded(digits: str) -> str:
    if len(digits) > LONGEST_NUMBER:
        raise _too_long_a_number()
    return digits


def _too_long_a_number() -> HttpRefusal:
    return malformed(
        "number-too-long", _("A number is written with more than {most} characters."), most=LONGEST_NUMBER
    )


def _too_deep() -> HttpRefusal:
    return malformed("too-deep", _("The body is nested more than {levels} levels deep."), levels=MOST_LEVELS)


def _texts(value: Any) -> Iterator[str]:
    """Every text and name in a value, level by level; refuses more levels than any request has."""
    level = [value]
    for _depth in range(MOST_LEVELS + 1):
        inner: list[Any] = []
        for part in level:
            if isinstance(part, str):
                yield part
            elif isinstance(part, dict):
                yield from part
                inner.extend(part.values())
            elif isinstance(part, list):
                inner.extend(part)
        level = inner
    if level:
        raise _too_deep()
