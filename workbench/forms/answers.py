"""What a person typed into a form of the protocol, and the same as the JSON values that capture takes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from assessments.models import Assessment
from trials.rules.forms import Form, Item, ItemType

VALUE, NOT_DONE, OVERRIDE, SEEN = "v-", "nd-", "override-", "seen-"
_WHOLE = re.compile(r"-?\d{1,18}")


@dataclass(frozen=True)
class Answers:
    """A form as it is filled in: text as typed, so that what can't be stored is still there to mend."""

    typed: Mapping[str, str] = field(default_factory=dict)
    not_done: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[str, str] = field(default_factory=dict)
    seen: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    revision: int | None = None

    @classmethod
    def posted(cls, form: Form, post: QueryDict) -> "Answers":
        """As the page sends it; a blank is left out, which is how capture is told of one."""
        items = [item.oid for item in form.items() if item.captured]
        return cls(
            typed=_entries(post, VALUE, items),
            not_done=_entries(post, NOT_DONE, items),
            overrides=_named(post, OVERRIDE),
            seen=_named(post, SEEN),
            reason=_text(post, "reason"),
            revision=int(revision) if (revision := _text(post, "revision")).isdecimal() else None,
        )

    @classmethod
    def stored(cls, form: Form, assessment: Assessment | None) -> "Answers":
        """As the record has it; blank where there is none yet."""
        if assessment is None:
            return cls()
        items = {item.oid: item for item in form.items()}
        return cls(
            typed={oid: shown(items[oid], value) for oid, value in assessment.values.items()},
            not_done=assessment.not_done,
            overrides=assessment.overrides,
            revision=assessment.revision,
        )

    def values(self, form: Form) -> dict[str, Any]:
        """What capture and the API take: `{"TALK": 1, "FVCPCT": {"not_done": "NON_MG"}}`."""
        sent: dict[str, Any] = {}
        for item in form.items():
            if reason := self.not_done.get(item.oid):
                sent[item.oid] = {"not_done": reason}
            elif typed := self.typed.get(item.oid):
                sent[item.oid] = _value(item, typed)
        return sent

    def contradicted(self) -> list[str]:
        """Items with a value and a reason for having none: only the person knows which is meant."""
        return [oid for oid in self.not_done if oid in self.typed]


def shown(item: Item, value: Any) -> str:
    """A stored value as it stands in a field."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if item.type is ItemType.DATETIME:
        return timezone.localtime(datetime.fromisoformat(value)).strftime("%Y-%m-%dT%H:%M")
    return str(value)


def _value(item: Item, typed: str) -> Any:
    """The typed text as its JSON value where it is one; otherwise as it is, for the rules to refuse."""
    if item.type is ItemType.INTEGER:
        return int(typed) if _WHOLE.fullmatch(typed) else typed
    if item.type is ItemType.DECIMAL:
        return _decimal(typed)
    if item.type is ItemType.DATETIME:
        return _instant(typed)
    return typed


def _decimal(typed: str) -> Decimal | str:
    try:
        number = Decimal(typed)
    except InvalidOperation:
        return typed
    return number if number.is_finite() else typed


def _instant(typed: str) -> str:
    """A clock time at the site gets the site's offset, which no person should have to type."""
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        return typed
    return (moment if moment.tzinfo else timezone.make_aware(moment)).isoformat(timespec="minutes")


def _text(post: QueryDict, name: str) -> str:
    return str(post.get(name, "")).strip()


def _entries(post: QueryDict, prefix: str, items: list[str]) -> dict[str, str]:
    found = {oid: _text(post, prefix + oid) for oid in items}
    return {oid: text for oid, text in found.items() if text}


def _named(post: QueryDict, prefix: str) -> dict[str, str]:
    found = {name.removeprefix(prefix): _text(post, name) for name in post if name.startswith(prefix)}
    return {name: text for name, text in found.items() if text}
