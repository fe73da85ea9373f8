"""The values on which a criterion rests, in words and with the page where each was captured."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from subjects.models import Subject
from trials.rules.definition import ProtocolDefinition
from trials.rules.partial_dates import PartialDate
from workbench.words import say

ANCHORS = {
    "anchor.consent": _("date of consent"),
    "anchor.screening": _("start of screening"),
    "anchor.enrolment": _("enrolment, the day of confirmation"),
    "consent.approved": _("approved version of the consent form"),
}


@dataclass(frozen=True)
class Basis:
    """One value: what it is, what it says (empty when it is missing), and where it comes from."""

    label: str
    value: str
    page: str


def basis_of(definition: ProtocolDefinition, subject: Subject, name: str, value: Any) -> Basis:
    """The basis behind a name of an expression; `value` None is a value not known yet."""
    keys = (subject.trial.code, subject.code)
    if name in ANCHORS:
        return Basis(str(ANCHORS[name]), _plain(value), reverse("admin:casebook", args=keys))
    if name.startswith("log."):
        log = definition.form(name.removeprefix("log."))
        rows = gettext("{number} rows").format(number=len(value or ()))
        return Basis(say(log.label if log else ""), rows, reverse("admin:log", args=(*keys, name[4:])))
    visit, form_oid, item_oid = name.split(".")
    form = definition.form(form_oid)
    item = form.item(item_oid) if form else None
    label = f"{visit} · {say(item.label) if item else name}"
    page = reverse("admin:visit-form", args=(*keys, visit, form_oid))
    codelist = definition.codelist(item.codelist) if item and item.codelist else None
    word = codelist.label(value) if codelist and isinstance(value, str | int) else None
    return Basis(label, say(word) or _plain(value), page)


def _plain(value: Any) -> str:
    """A value as people write it; nothing known is nothing."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, PartialDate):
        return str(value.earliest) if value.is_whole else f"{value.earliest} – {value.latest}"
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)
