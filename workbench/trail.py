"""The audit trail in words: items and codes as their labels, in the reader's language."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from audit.selectors import Change, TrailEntry, audited_models
from subjects.models import Subject
from trials.rules.forms import Form
from trials.rules.roles import ROLE_LABELS
from workbench.words import say

KINDS = {"created": gettext_lazy("created"), "changed": gettext_lazy("changed")}
CHANNELS = {
    "web": gettext_lazy("web page"),
    "api": gettext_lazy("API"),
    "task": gettext_lazy("background task"),
    "import": gettext_lazy("import"),
    "command": gettext_lazy("command"),
}
ROLE_WORDS = {str(role): label for role, label in ROLE_LABELS.items()}
# Bookkeeping beside the record, and what is computed from it and shown on pages of its own.
UNREAD = frozenset(
    {"version", "revision", "order", "subject", "trial", "digest", "visit", "assessment"}
    | {"evaluation", "facts", "findings", "asked_about", "check_oid", "ctcae_version"}
)


@dataclass(frozen=True)
class Line:
    """One entry of the trail; each change as label, old and new."""

    entry: TrailEntry
    what: str
    role: str
    kind: str
    channel: str
    changes: tuple[tuple[str, Any, Any], ...]

    def says(self, words: str) -> bool:
        """Whether the words occur in it, whatever their case."""
        said = [self.entry.reason, self.what, *(p for c in self.changes for p in c)]
        return words.lower() in " ".join(map(str, said)).lower()


class Reader:
    """Reads the entries of one subject's trail, by the protocol definition the subject is under."""

    def __init__(self, subject: Subject) -> None:
        self._definition = subject.version.definition
        self._models = {model._meta.model_name: model for model in audited_models()}
        self._visits: dict[str, dict[Any, str | None]] = {
            "assessment": dict(subject.assessments.order_by().values_list("pk", "visit__name")),
            "infusion": dict(subject.infusions.order_by().values_list("pk", "visit__name")),
        }
        self._numbers: dict[str, dict[Any, Any]] = {
            "place": {subject.place_id: subject.enrolment_number},
            "site": {subject.site_id: subject.site.number},
            "infusion_visit": dict(subject.visits.order_by().values_list("pk", "name")),
        }

    def line(self, entry: TrailEntry) -> Line:
        visit = self._visits.get(entry.model, {}).get(entry.object_id)
        return Line(
            entry,
            " ".join(filter(None, [visit, self._label(entry)])),
            _(ROLE_WORDS.get(entry.role, entry.role)),
            str(KINDS.get(entry.kind, entry.kind)),
            str(CHANNELS.get(entry.channel, entry.channel)),
            tuple(self._change(entry, each) for each in entry.changes if _is_read(each.field)),
        )

    def _change(self, entry: TrailEntry, change: Change) -> tuple[str, Any, Any]:
        form = self._definition.form(entry.object_label.partition(" ")[0])
        if entry.model == "assessment" and form and "." in change.field:
            return self._item_change(form, change)
        field: Any = self._models[entry.model]._meta.get_field(change.field.partition(".")[0])
        words = self._numbers.get(field.name) or dict(field.flatchoices)
        label = field.related_model._meta.verbose_name if field.is_relation else field.verbose_name
        return (str(label), _word(words, change.old), _word(words, change.new))

    def _label(self, entry: TrailEntry) -> str:
        """The record's name, with the codes among its words as people read them."""
        fields = self._models[entry.model]._meta.concrete_fields
        words = {str(code): str(word) for field in fields for code, word in field.flatchoices}
        return " ".join(words.get(part, part) for part in entry.object_label.split())

    def _item_change(self, form: Form, change: Change) -> tuple[str, Any, Any]:
        """An item by its label, a code by its meaning."""
        item = form.item(change.field.partition(".")[2])
        lists = [item.codelist, item.not_done] if item else []
        known = [codelist for oid in lists if oid and (codelist := self._definition.codelist(oid))]
        words = {entry.code: say(entry.label) for codelist in known for entry in codelist.codes}
        label = say(item.label) if item else str(change.label)
        return (label, _word(words, change.old), _word(words, change.new))


def _is_read(field: str) -> bool:
    """A question of a query is kept in both languages; one is the reader's."""
    name, _dot, part = field.partition(".")
    return name not in UNREAD and (name != "text" or part == get_language())


def _word(words: dict[Any, Any], value: Any) -> Any:
    return words.get(value, value) if isinstance(value, str | int) else value
