"""Fills in one form for a simulated subject: soundly, or left open, not done, unexpected, miscopied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from assessments.rules.capture import Judged, judge_form
from assessments.rules.values import known_value
from trials.rules.definition import ProtocolDefinition
from trials.rules.forms import NUMERIC, Form, Item
from workbench.rehearsal.person import Moment, Person, guess, value_of
from workbench.rehearsal.profile import Draw, Row, Unplayable

ATTEMPTS = 20


@dataclass(frozen=True)
class Place:
    """A form at a visit (or in a log), with the values that its expressions see."""

    definition: ProtocolDefinition
    form: Form
    elsewhere: Mapping[str, Any]
    visit_date: date | None
    today: date

    def judge(self, values: Mapping[str, Any]) -> Judged:
        """The judgement that capture will come to."""
        return judge_form(
            self.definition,
            self.form,
            values,
            elsewhere=self.elsewhere,
            visit_date=self.visit_date,
            today=self.today,
        )


@dataclass(frozen=True)
class Sheet:
    """A filled-in form: what is sent, and how it is judged."""

    place: Place
    values: dict[str, Any]
    judged: Judged

    @property
    def is_sound(self) -> bool:
        return not self.judged.faults

    @property
    def is_complete(self) -> bool:
        return self.is_sound and not self.judged.missing

    @property
    def known(self) -> dict[str, Any]:
        """The typed values of the form's items, captured and derived, as expressions elsewhere see them."""
        stored = {**self.judged.values, **self.judged.derived}
        return {
            item.oid: known_value(item, stored[item.oid])
            for item in self.place.form.items()
            if stored.get(item.oid) is not None
        }

    def but(self, changes: Mapping[str, Any]) -> "Sheet":
        """The same form with other values; what does not apply any more is left out."""
        return settled(self.place, {**self.values, **changes})


def settled(place: Place, values: Mapping[str, Any]) -> Sheet:
    """Leave out what does not apply with these values, which may make more not apply."""
    values = dict(values)
    judged = place.judge(values)
    while hidden := judged.hidden & values.keys():
        values = {oid: value for oid, value in values.items() if oid not in hidden}
        judged = place.judge(values)
    return Sheet(place, values, judged)


def fill(place: Place, draws: Mapping[str, Draw], row: Row, person: Person, moment: Moment) -> Sheet:
    """A complete, sound form. `draws` are by `FORM.ITEM`; `row` is by item and comes first.

    Raises `Unplayable` where no draw passes the form's own checks: the profile must say more.
    """
    sheet = None
    for _ in range(ATTEMPTS):
        sheet = settled(place, dict(_drawn(place, draws, row, person, moment)))
        if sheet.is_complete:
            return sheet
    assert sheet is not None  # noqa: S101  at least one attempt was made
    faults = [f"{fault.pointer} {fault.render(str, 'en')}" for fault in sheet.judged.faults]
    raise Unplayable(f"no sound {place.form.oid} was found: {'; '.join(faults + sheet.judged.missing)}")


def _drawn(place: Place, draws: Mapping[str, Draw], row: Row, person: Person, moment: Moment) -> Any:
    """Declared items, and those that a complete form needs."""
    for item in place.form.items():
        name = f"{place.form.oid}.{item.oid}"
        draw = row.get(item.oid) or draws.get(name)
        if item.captured and (draw or item.required):
            draw = draw or guess(place.definition, item)
            yield item.oid, value_of(place.definition, name, item, draw, person, moment)


def left_open(sheet: Sheet, rng: Random) -> Sheet | None:
    """The form saved before all of it was known."""
    required = [item.oid for item in sheet.place.form.items() if item.required and item.oid in sheet.values]
    if not required:
        return None
    blank = set(rng.sample(required, min(len(required), rng.randint(1, 3))))
    return _changed(sheet, settled(sheet.place, {k: v for k, v in sheet.values.items() if k not in blank}))


def not_done(sheet: Sheet, rng: Random) -> Sheet | None:
    """One item could not be done, for a reason of its code list."""
    items = [i for i in sheet.place.form.items() if i.not_done and i.oid in sheet.values]
    if not items:
        return None
    item = rng.choice(items)
    reasons = sheet.place.definition.codelist(item.not_done or "")
    reason = rng.choice(reasons.codes).code if reasons else ""
    return _changed(sheet, sheet.but({item.oid: {"not_done": reason}}))


def unexpected(sheet: Sheet, rng: Random) -> Sheet | None:
    """One measurement just outside its expected range."""
    values = {i.oid: v for i in _numbers(sheet) if (v := _beyond(i)) is not None}
    if not values:
        return None
    oid = rng.choice(sorted(values))
    return _changed(sheet, sheet.but({oid: values[oid]}))


def miscopied(sheet: Sheet, rng: Random) -> Sheet | None:
    """One number copied wrongly from the source, as it is found and corrected later."""
    numbers = _numbers(sheet)
    if not numbers:
        return None
    item = rng.choice(numbers)
    wrong = round(sheet.values[item.oid] + rng.choice((-1, 1)), item.decimals)
    return _changed(sheet, sheet.but({item.oid: wrong}))


def _numbers(sheet: Sheet) -> list[Item]:
    return [
        item
        for item in sheet.place.form.items()
        if item.type in NUMERIC and isinstance(sheet.values.get(item.oid), int | float)
    ]


def _beyond(item: Item) -> int | float | None:
    """A value one step past the soft range; None without such a range."""
    if item.soft is None:
        return None
    step = 1 / 10**item.decimals if item.type == "decimal" else 1
    if item.soft.max is not None:
        return round(float(item.soft.max) + step, item.decimals) if step < 1 else int(item.soft.max) + 1
    return int(item.soft.min) - 1 if item.soft.min is not None else None


def _changed(before: Sheet, after: Sheet) -> Sheet | None:
    """The other version, where it can be stored and differs."""
    return after if after.is_sound and after.values != before.values else None
