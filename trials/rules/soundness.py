"""Is a definition sound? Every dangling name and every expression that does not compile."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from trials.rules.definition import Criterion, ProtocolDefinition
from trials.rules.expressions import ExpressionFault, Flag, compile_expression
from trials.rules.forms import Form, FormKind, Item, ItemType
from trials.rules.scopes import criterion_scope, form_scope

Location = tuple[str | int, ...]


class Unsound(NamedTuple):
    """One fault of a definition, and the place in the document where it is."""

    location: Location
    message: str


def faults_of(definition: ProtocolDefinition) -> list[Unsound]:
    """Every fault that the document's shape alone does not show; empty for a sound definition."""
    return [
        *_duplicates(definition),
        *_event_faults(definition),
        *_measure_faults(definition),
        *(
            fault
            for index, form in enumerate(definition.forms)
            for fault in _form_faults(definition, form, index)
        ),
        *(
            fault
            for index, criterion in enumerate(definition.criteria)
            for fault in _criterion_faults(definition, criterion, index)
        ),
    ]


def _repeated(location: Location, names: Iterable[str], key: str = "oid") -> Iterator[Unsound]:
    names = list(names)
    times = Counter(names)
    for index, name in enumerate(names):
        if times[name] > 1:
            yield Unsound((*location, index, key), f"{name} is declared more than once")


def _duplicates(definition: ProtocolDefinition) -> Iterator[Unsound]:
    for part in ("events", "criteria", "codelists", "forms", "measures", "decisions"):
        yield from _repeated((part,), (entry.oid for entry in getattr(definition, part)))
    for index, event in enumerate(definition.events):
        here: Location = ("events", index, "forms")
        yield from _repeated(here, (ref.form for ref in event.forms), "form")
    for index, codelist in enumerate(definition.codelists):
        here = ("codelists", index, "codes")
        yield from _repeated(here, (str(entry.code) for entry in codelist.codes), "code")


def _duplicates_in_form(form: Form, index: int) -> Iterator[Unsound]:
    yield from _repeated(("forms", index, "checks"), (check.oid for check in form.checks))
    times = Counter(item.oid for item in form.items())
    for group_index, group in enumerate(form.groups):
        for item_index, item in enumerate(group.items):
            if times[item.oid] > 1:
                here: Location = ("forms", index, "groups", group_index, "items", item_index, "oid")
                yield Unsound(here, f"{form.oid} has more than one item {item.oid}")


def _event_faults(definition: ProtocolDefinition) -> Iterator[Unsound]:
    for index, event in enumerate(definition.events):
        for number, ref in enumerate(event.forms):
            here: Location = ("events", index, "forms", number, "form")
            form = definition.form(ref.form)
            if form is None:
                yield Unsound(here, f"there is no form {ref.form}")
            elif form.kind is FormKind.LOG:
                yield Unsound(here, f"{ref.form} is a log: it belongs to the subject, not to a visit")
            if ref.on and not (event.series and max(ref.on) <= event.series.count and min(ref.on) >= 1):
                yield Unsound(here, "'on' names visits that the series does not have")


def _measure_faults(definition: ProtocolDefinition) -> Iterator[Unsound]:
    for index, measure in enumerate(definition.measures):
        form = definition.form(measure.form)
        item = form.item(measure.item) if form else None
        if item is None or item.type is not ItemType.INTEGER:
            yield Unsound(("measures", index, "item"), f"{measure.form} has no whole number {measure.item}")
        planned = definition.plan.get(measure.baseline)
        if planned is None or measure.form not in {ref.form for ref in planned.form_refs}:
            yield Unsound(("measures", index, "baseline"), f"{measure.form} is not due at {measure.baseline}")


def _expression(location: Location, text: str, scope: dict[str, str], kind: str) -> Iterator[Unsound]:
    try:
        compile_expression(text, scope, kind=kind)
    except ExpressionFault as fault:
        yield Unsound(location, str(fault))


def _form_faults(definition: ProtocolDefinition, form: Form, index: int) -> Iterator[Unsound]:
    yield from _duplicates_in_form(form, index)
    scope = form_scope(definition, form)
    for group_index, group in enumerate(form.groups):
        for item_index, item in enumerate(group.items):
            here: Location = ("forms", index, "groups", group_index, "items", item_index)
            yield from _item_faults(definition, item, here, scope)
    for number, check in enumerate(form.checks):
        here = ("forms", index, "checks", number)
        if form.item(check.item) is None:
            yield Unsound((*here, "item"), f"{form.oid} has no item {check.item}")
        yield from _expression((*here, "expect"), check.expect, scope, Flag)
    if form.headline and form.item(form.headline) is None:
        yield Unsound(("forms", index, "headline"), f"{form.oid} has no item {form.headline}")


def _item_faults(
    definition: ProtocolDefinition, item: Item, here: Location, scope: dict[str, str]
) -> Iterator[Unsound]:
    for key in ("codelist", "not_done"):
        oid = getattr(item, key)
        codelist = definition.codelist(oid) if oid else None
        if oid and codelist is None:
            yield Unsound((*here, key), f"there is no code list {oid}")
        if codelist and key == "codelist":
            kind = int if item.type is ItemType.INTEGER else str
            if not all(isinstance(entry.code, kind) for entry in codelist.codes):
                yield Unsound((*here, key), f"the codes of {oid} are not of type {item.type}")
    if item.derive:
        yield from _expression((*here, "derive"), item.derive, scope, item.type)
    if item.show_when:
        yield from _expression((*here, "show_when"), item.show_when, scope, Flag)


def _criterion_faults(definition: ProtocolDefinition, criterion: Criterion, index: int) -> Iterator[Unsound]:
    scope = criterion_scope(definition, criterion)
    for key in ("rule", "final_rule"):
        if text := getattr(criterion, key):
            yield from _expression(("criteria", index, key), text, scope, Flag)
