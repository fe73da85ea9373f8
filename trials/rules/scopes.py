"""Which names an expression may use, with their types.

A value captured elsewhere is `VISIT.FORM.ITEM` (`SCR.MGADL.TOTAL`), declared with the type of its
item, so that a criterion is type-checked when the protocol is published.
"""

from collections.abc import Iterable, Iterator

from trials.rules.definition import Criterion, ProtocolDefinition
from trials.rules.expressions import Flag, Log, Map, Row, qualified_names
from trials.rules.forms import Form, FormKind, Item, ItemType

VISIT_DATE = "visit.date"
ANCHORS = {
    "anchor.consent": ItemType.DATE,
    "anchor.screening": ItemType.DATE,
    "anchor.enrolment": ItemType.DATE,
    "consent.approved": Flag,
}


def find_item(definition: ProtocolDefinition, name: str) -> Item | None:
    """The item behind `VISIT.FORM.ITEM`; None unless the form is due there, once, and has it."""
    visit, form_oid, item_oid = name.split(".")
    planned, form = definition.plan.get(visit), definition.form(form_oid)
    if planned is None or form is None or form.repeats:
        return None
    return form.item(item_oid) if form_oid in {ref.form for ref in planned.form_refs} else None


def qualified_scope(definition: ProtocolDefinition, expressions: Iterable[str]) -> dict[str, str]:
    """The types of the `VISIT.FORM.ITEM` names that these expressions mention."""
    found = {name: find_item(definition, name) for text in expressions for name in qualified_names(text)}
    return {name: item.type for name, item in found.items() if item}


def form_expressions(form: Form) -> Iterator[str]:
    """Every expression of a form."""
    for item in form.items():
        yield from (text for text in (item.derive, item.show_when) if text)
    yield from (check.expect for check in form.checks)


def form_scope(definition: ProtocolDefinition, form: Form) -> dict[str, str]:
    """A form sees its own items by name, all of them in `item`, its reasons in `not_done`, the
    visit's date, and qualified values."""
    own = {item.oid: str(item.type) for item in form.items()}
    fixed = {"item": Row, "not_done": Map, VISIT_DATE: ItemType.DATE}
    return own | fixed | qualified_scope(definition, form_expressions(form))


def criterion_expressions(criterion: Criterion) -> tuple[str, ...]:
    """The expressions of a criterion that has any."""
    return tuple(text for text in (criterion.rule, criterion.final_rule) if text)


def criterion_scope(definition: ProtocolDefinition, criterion: Criterion) -> dict[str, str]:
    """A criterion sees the anchor dates, the consent, qualified values and the logs (`log.CM`)."""
    logs = {f"log.{form.oid}": Log for form in definition.forms if form.kind is FormKind.LOG}
    return ANCHORS | logs | qualified_scope(definition, criterion_expressions(criterion))
