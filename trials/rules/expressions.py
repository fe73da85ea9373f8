"""The sentences of a protocol, in CEL (Common Expression Language), with three truth values.

A value that is not known is simply absent. CEL absorbs the error that follows wherever the rest
decides (`error || true` is true, `error && false` is false), which is Kleene's logic; what remains
undecided is None. A date inside `item` or a log row has no declared type, so it is RFC 3339 text
there and read with `timestamp(r.CMSTDAT)`.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import Any

from cel_expr_python import cel

from trials.rules.dates import completed_years, months_before
from trials.rules.forms import ItemType
from trials.rules.partial_dates import PartialDate

Row = "Row"
Log = "Log"
Flag = "Flag"
Map = "Map"

_TYPES = {
    ItemType.TEXT: cel.Type.STRING,
    ItemType.INTEGER: cel.Type.INT,
    ItemType.DECIMAL: cel.Type.DOUBLE,
    ItemType.DATE: cel.Type.TIMESTAMP,
    ItemType.PARTIAL_DATE: cel.Type.TIMESTAMP,
    ItemType.TIME: cel.Type.STRING,
    ItemType.DATETIME: cel.Type.TIMESTAMP,
    ItemType.CHOICE: cel.Type.STRING,
    Flag: cel.Type.BOOL,
    Row: cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
    Map: cel.Type.Map(cel.Type.STRING, cel.Type.STRING),
    Log: cel.Type.List(cel.Type.Map(cel.Type.STRING, cel.Type.DYN)),
}
_QUALIFIED = re.compile(r"\b[A-Z][A-Z0-9]*(?:\.[A-Z][A-Z0-9]*){2}\b")
_MOST_PARTIAL_DATES = 10
_DATES = frozenset({ItemType.DATE, ItemType.PARTIAL_DATE})


class ExpressionFault(ValueError):
    """An expression that does not compile, or does not give the type it should."""


def _unknown() -> bool:
    raise ValueError("unknown by declaration")


def _function(name: str, returns: Any, takes: list[Any], impl: Any) -> Any:
    return cel.FunctionDecl(name, [cel.Overload(f"{name}_casebook", returns, takes, impl=impl)])


_FUNCTIONS = [
    _function(
        "age",
        cel.Type.INT,
        [cel.Type.TIMESTAMP, cel.Type.TIMESTAMP],
        lambda birth, on: completed_years(birth.date(), on.date()),
    ),
    _function(
        "months_before",
        cel.Type.TIMESTAMP,
        [cel.Type.TIMESTAMP, cel.Type.INT],
        lambda day, months: _midnight(months_before(day.date(), months)),
    ),
    _function(
        "days_between",
        cel.Type.INT,
        [cel.Type.TIMESTAMP, cel.Type.TIMESTAMP],
        lambda start, end: (end.date() - start.date()).days,
    ),
    _function("sum", cel.Type.INT, [cel.Type.List(cel.Type.INT)], sum),
    _function("unknown", cel.Type.BOOL, [], _unknown),
]


def qualified_names(expression: str) -> frozenset[str]:
    """The `VISIT.FORM.ITEM` names that an expression mentions."""
    return frozenset(_QUALIFIED.findall(expression))


@dataclass(frozen=True, slots=True)
class Compiled:
    """A type-checked expression."""

    text: str
    expression: Any
    kind: str
    mentions: frozenset[str]

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """The value, or None where it can't be known from what is given.

        Partial dates are tried at both ends: the same answer every time is the answer, two answers
        are unknown, and so is what rests on more than ten of them.
        """
        used = {name: value for name, value in values.items() if name in self.mentions}
        if len(list(_partial_dates(used))) > _MOST_PARTIAL_DATES:
            return None
        answers = {self._answer(case) for case in _cases(used)}
        return answers.pop() if len(answers) == 1 else None

    def _answer(self, case: dict[str, Any]) -> Any:
        value = self.expression.eval(data=case)
        if value.type() == cel.Type.ERROR:
            return None
        plain = value.plain_value()
        if isinstance(plain, float) and not math.isfinite(plain):
            return None
        return plain.date() if self.kind in _DATES else plain


@lru_cache(maxsize=4096)
def _compile(text: str, names: frozenset[tuple[str, str]], kind: str) -> Compiled:
    env = cel.NewEnv(variables={name: _TYPES[of] for name, of in names}, functions=_FUNCTIONS)
    try:
        expression = env.compile(text)
    except RuntimeError as error:
        message = str(error).removeprefix("INVALID_ARGUMENT: ").removesuffix(" [INVALID_ARGUMENT]")
        raise ExpressionFault(
            message.replace("ERROR: <input>:", "at ").replace(" (in container '')", "")
        ) from error
    given = expression.return_type()
    if given != _TYPES[kind]:
        raise ExpressionFault(f"gives {given.name().lower()}, but {kind.lower()} is needed here")
    mentions = frozenset(name for name, _ in names if re.search(rf"\b{re.escape(name)}\b", text))
    return Compiled(text, expression, kind, mentions)


def compile_expression(text: str, names: Mapping[str, str], *, kind: str) -> Compiled:
    """Compile against declared names (`{name: ItemType, Flag, Row, Map or Log}`).

    Raises `ExpressionFault`, with line and column inside the expression, for a syntax fault, an
    undeclared name, a comparison of different types, or a result that is not of `kind`.
    """
    return _compile(text, frozenset(names.items()), kind)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _cases(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The values with every partial date at its first and at its last day, in every combination."""
    partial = list(_partial_dates(values))
    for ends in product(*((p.earliest, p.latest) for p in partial)):
        remaining = iter(ends)
        yield {name: _concrete(value, remaining) for name, value in values.items()}


def _partial_dates(value: Any) -> Iterator[PartialDate]:
    if isinstance(value, PartialDate) and not value.is_whole:
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _partial_dates(part)
    elif isinstance(value, list):
        for part in value:
            yield from _partial_dates(part)


def _concrete(value: Any, ends: Iterator[date]) -> Any:
    """The value as CEL takes it; each partial date takes the next of `ends`, as found."""
    if isinstance(value, PartialDate):
        return _midnight(value.earliest if value.is_whole else next(ends))
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return _midnight(value)
    if isinstance(value, Mapping):
        return {key: _untyped(_concrete(part, ends)) for key, part in value.items()}
    if isinstance(value, list):
        return [_concrete(part, ends) for part in value]
    return value


def _untyped(value: Any) -> Any:
    """Where no type is declared the binding takes no timestamp; RFC 3339 text says the same."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
