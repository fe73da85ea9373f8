"""A form as a table: what was captured of it in the trial, item by item."""

from collections.abc import Iterator
from typing import Any

from assessments.models import Assessment
from assessments.selectors import visible_to as assessments_visible_to
from audit.rules import UnknownObject
from exchange.csv import Table
from exchange.reading import SUBJECT, read, subject_cells, versions_of
from trials.models import ProtocolVersion, StaffRole
from trials.rules.forms import Item

NOT_DONE = "_ND"  # no item's name has an underscore


def form_table(role: StaffRole, form: str) -> Table:
    """One row for each time the form was captured, its items in the order of the page.

    An item that may be not done has a second column for the reason: blank in both is not known. Items
    of older versions follow those of the newest. Raises `UnknownObject` for a form that no version has.
    """
    items = _items(versions_of(role), form)
    columns = [name for item in items for name in _columns(item)]
    rows = assessments_visible_to(role).filter(form=form)
    rows = rows.select_related("subject__trial", "subject__site", "visit", "version")
    return Table(
        form,
        (*SUBJECT, "VISIT", "VISITDAT", "REPEAT", "STATE", "REVISION", "PROTOCOL", *columns),
        (
            (
                *subject_cells(row.subject),
                row.visit and row.visit.name,
                row.visit and row.visit.actual_date,
                row.repeat,
                row.state,
                row.revision,
                row.version.version,
                *_values(row, items),
            )
            for row in read(rows.order_by("subject__number", "visit__order", "visit_id", "repeat"))
        ),
    )


def forms_of(versions: list[ProtocolVersion]) -> list[str]:
    """Every form that a version has, in the order of the newest."""
    return list(dict.fromkeys(form.oid for version in versions for form in version.definition.forms))


def _items(versions: list[ProtocolVersion], form: str) -> list[Item]:
    declared = [found for version in versions if (found := version.definition.form(form))]
    if not declared:
        raise UnknownObject()
    newest_first: dict[str, Item] = {}
    for each in declared:
        for item in each.items():
            newest_first.setdefault(item.oid, item)
    return list(newest_first.values())


def _columns(item: Item) -> tuple[str, ...]:
    return (item.oid, item.oid + NOT_DONE) if item.not_done else (item.oid,)


def _values(row: Assessment, items: list[Item]) -> Iterator[Any]:
    known = {**row.values, **row.derived}
    for item in items:
        yield known.get(item.oid)
        if item.not_done:
            yield row.not_done.get(item.oid)
