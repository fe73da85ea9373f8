"""Judges one whole form: types, ranges, what applies, what follows, what is asked. Stores nothing.

The same judgement serves the API, the web page and its live preview, the imports and the rehearsal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from assessments.rules.values import Unreadable, known_value, read_value
from audit.rules import Fault, Severity
from audit.rules import gettext_noop as _
from trials.rules.definition import ProtocolDefinition
from trials.rules.expressions import Flag, compile_expression
from trials.rules.forms import Check, Form, Item
from trials.rules.scopes import form_scope
from trials.rules.text import Text


@dataclass(frozen=True, slots=True)
class Finding:
    """A soft check that asks about a value. `check` names it, for an override or a query."""

    check: str
    item: str
    message: Text

    def as_json(self) -> dict[str, Any]:
        return {
            "check": self.check,
            "item": self.item,
            "severity": Severity.SOFT.value,
            "message": self.message.model_dump(by_alias=True),
        }


@dataclass(slots=True)
class Judged:
    """What a form says (`values`, `not_done`), what follows (`derived`), and what is wrong or asked."""

    values: dict[str, Any] = field(default_factory=dict)
    not_done: dict[str, str] = field(default_factory=dict)
    derived: dict[str, Any] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    missing: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def judge_form(
    definition: ProtocolDefinition,
    form: Form,
    sent: Mapping[str, Any],
    *,
    elsewhere: Mapping[str, Any],
    visit_date: date | None,
    today: date,
) -> Judged:
    """Judge what was sent for a form.

    `sent` maps items to values or `{"not_done": reason}`; `elsewhere` holds known values of other forms under
    `VISIT.FORM.ITEM`. Faults (JSON pointers below `/values`) mean that it can't be stored; findings are
    stored and asked about; `missing` names what must still be filled in before the form is complete.
    """
    judged = Judged()
    _read_items(definition, form, sent, today, judged)
    scope = form_scope(definition, form)
    given = dict(elsewhere) | ({"visit.date": visit_date} if visit_date else {})
    _apply_show_when(form, scope, given, judged)
    judged.derived = derive(definition, form, judged.values, judged.not_done, given)
    _apply_ranges(form, judged)
    _apply_checks(form, scope, given, judged)
    faulty = {fault.pointer for fault in judged.faults}
    judged.missing = [
        item.oid
        for item in form.items()
        if item.captured and item.required and item.oid not in judged.hidden
        if item.oid not in judged.values and item.oid not in judged.not_done
        if f"/values/{item.oid}" not in faulty
    ]
    return judged


def derive(
    definition: ProtocolDefinition,
    form: Form,
    values: Mapping[str, Any],
    not_done: Mapping[str, str],
    elsewhere: Mapping[str, Any],
) -> dict[str, Any]:
    """The derived items, in page order; one that can't be known is None. Later ones may use earlier ones."""
    scope = form_scope(definition, form)
    derived: dict[str, Any] = {}
    for item in form.items():
        if item.derive:
            known = _known(form, {**values, **derived}, not_done, elsewhere)
            answer = compile_expression(item.derive, scope, kind=item.type).evaluate(known)
            derived[item.oid] = answer.isoformat() if isinstance(answer, date) else answer
    return derived


def missing_faults(judged: Judged) -> list[Fault]:
    """One fault for every item that a complete form still lacks."""
    return [
        Fault(f"/values/{oid}", "required", _("Fill this in, or say why it was not done."))
        for oid in judged.missing
    ]


def _known(
    form: Form, values: Mapping[str, Any], not_done: Mapping[str, str], elsewhere: Mapping[str, Any]
) -> dict[str, Any]:
    """What expressions see: unknown values are absent, not null."""
    own = {
        item.oid: known_value(item, values[item.oid])
        for item in form.items()
        if values.get(item.oid) is not None
    }
    return {**elsewhere, **own, "item": own, "not_done": dict(not_done)}


def _read_items(
    definition: ProtocolDefinition, form: Form, sent: Mapping[str, Any], today: date, judged: Judged
) -> None:
    for oid, value in sent.items():
        item = form.item(oid)
        try:
            if item is None:
                raise Unreadable("unknown-item", _("Form {form} has no item of that name."), form=form.oid)
            if not item.captured:
                raise Unreadable("derived-item", _("This is computed by the server; leave it out."))
            if isinstance(value, Mapping):
                judged.not_done[oid] = _read_not_done(definition, item, value)
            else:
                judged.values[oid] = _read(definition, item, value, today)
        except Unreadable as fault:
            judged.faults.append(fault.at("/values/" + str(oid).replace("~", "~0").replace("/", "~1")))


def _read(definition: ProtocolDefinition, item: Item, value: Any, today: date) -> Any:
    if value is None:
        raise Unreadable(
            "null", _("Leave a blank item out, or say why it was not done; null could mean either.")
        )
    return read_value(definition, item, value, today=today)


def _read_not_done(definition: ProtocolDefinition, item: Item, value: Mapping[str, Any]) -> str:
    reasons = definition.codelist(item.not_done) if item.not_done else None
    if reasons is None:
        raise Unreadable("must-be-done", _("This item can't be marked as not done."))
    reason = value.get("not_done")
    if set(value) != {"not_done"} or not isinstance(reason, str) or reasons.label(reason) is None:
        codes = ", ".join(str(entry.code) for entry in reasons.codes)
        raise Unreadable("not-in-codelist", _("Choose one of: {expected}."), expected=codes)
    return reason


def _apply_show_when(form: Form, scope: dict[str, str], given: Mapping[str, Any], judged: Judged) -> None:
    """An item that certainly does not apply is hidden, and must be empty. Unknown does not hide."""
    for item in form.items():
        if not item.show_when:
            continue
        known = _known(form, judged.values, judged.not_done, given)
        if compile_expression(item.show_when, scope, kind=Flag).evaluate(known) is not False:
            continue
        judged.hidden.add(item.oid)
        if item.oid in judged.values or item.oid in judged.not_done:
            judged.faults.append(
                Fault(
                    f"/values/{item.oid}",
                    "not-applicable",
                    _("{item} does not apply with these answers; leave it empty."),
                    {"item": item.label},
                )
            )


def _apply_ranges(form: Form, judged: Judged) -> None:
    for item in form.items():
        value = judged.values.get(item.oid)
        if item.soft and value is not None and not item.soft.holds(Decimal(str(value))):
            judged.findings.append(Finding(f"{item.oid}-RANGE", item.oid, _range_message(item)))


def _range_message(item: Item) -> Text:
    limits = f"{item.soft} {item.unit}".strip()
    return Text(
        en=f"{item.label.en}: outside the expected range {limits}. Please confirm.",
        zh_hans=f"{item.label.zh_hans}：超出预期范围 {limits}，请确认。",
    )


def _apply_checks(form: Form, scope: dict[str, str], given: Mapping[str, Any], judged: Judged) -> None:
    known = _known(form, {**judged.values, **judged.derived}, judged.not_done, given)
    for check in form.checks:
        if compile_expression(check.expect, scope, kind=Flag).evaluate(known) is False:
            _note(check, judged)


def _note(check: Check, judged: Judged) -> None:
    if check.severity is Severity.SOFT:
        judged.findings.append(Finding(check.oid, check.item, check.message))
    else:
        judged.faults.append(
            Fault(f"/values/{check.item}", check.oid, "{message}", {"message": check.message})
        )
