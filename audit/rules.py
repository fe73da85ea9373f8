"""The words in which any act is attributed or refused: actors, channels, violations. No Django."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable


class Message(str):
    """A text marked for the translators: also as a parameter of another it is translated when shown."""


def gettext_noop(message: str) -> str:
    """Mark a message for the translators; the face that shows it translates it (see `say`)."""
    return Message(message)


_ = gettext_noop


class Channel(StrEnum):
    """Through what an act reached the system (kept in every history row)."""

    WEB = "web"
    API = "api"
    TASK = "task"
    IMPORT = "import"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which role at this moment, and through what (21 CFR 11.10(e); ICH E6(R3) 4.2.2).

    Names are copied, not looked up later: the record must say what was true when it was made.
    """

    user_id: int | None
    username: str
    role: str
    channel: Channel
    request_id: str = ""


def system_actor(channel: Channel) -> Actor:
    """The system itself, where a clock and not a person starts the act."""
    return Actor(user_id=None, username="system", role="system", channel=channel)


@runtime_checkable
class Localized(Protocol):
    """A text that a protocol definition carries in several languages."""

    def in_language(self, code: str) -> str: ...


def say(template: str, params: dict[str, Any], *, translate: Callable[[str], str], language: str) -> str:
    """Render a message template, and what of its parameters is in words, in the caller's language."""

    def word(value: Any) -> Any:
        if isinstance(value, Message):
            return translate(value)
        return value.in_language(language) if isinstance(value, Localized) else value

    return translate(template).format(**{key: word(value) for key, value in params.items()})


class RuleViolation(Exception):
    """An act that a rule refuses. `code` is stable, for programs; `template` is for people."""

    def __init__(self, code: str, template: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.template = template
        self.params = params

    def __str__(self) -> str:
        return f"{self.code}: {self.render(str, 'en')}"

    def render(self, translate: Callable[[str], str], language: str) -> str:
        """What happened and what to do, in one language."""
        return say(self.template, self.params, translate=translate, language=language)


class Severity(StrEnum):
    """A hard fault refuses the act; a soft one is stored with the value and asked about."""

    HARD = "hard"
    SOFT = "soft"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with what was sent, at a JSON pointer (RFC 6901) into it."""

    pointer: str
    code: str
    template: str
    params: dict[str, Any] = field(default_factory=dict)
    severity: Severity = Severity.HARD

    def render(self, translate: Callable[[str], str], language: str) -> str:
        """The fault in one language."""
        return say(self.template, self.params, translate=translate, language=language)


class InvalidValues(RuleViolation):
    """What was sent can't be stored; every fault is listed, nothing was stored."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("invalid-values", _("Nothing was stored: mend what is listed and send it again."))

    def __str__(self) -> str:
        return "; ".join(f"{f.pointer} {f.code}: {f.render(str, 'en')}" for f in self.faults)


class StaleRevision(RuleViolation):
    """Somebody changed the record after the caller read it; nothing was overwritten."""

    def __init__(self, *, revision: int, changed_by: str, changed_at: str) -> None:
        super().__init__(
            "stale-edit",
            _("{changed_by} changed this record at {changed_at}. Read it again, then repeat your change."),
            revision=revision,
            changed_by=changed_by,
            changed_at=changed_at,
        )


class UnknownObject(RuleViolation):
    """There is no such thing, or it is not the caller's to see: the two are not told apart."""

    def __init__(self, **params: Any) -> None:
        super().__init__("not-found", _("There is nothing here under that name that you may see."), **params)


def invalid(pointer: str, code: str, template: str, **params: Any) -> InvalidValues:
    """The common case of one fault."""
    return InvalidValues([Fault(pointer, code, template, params)])


def demand_reason(reason: str) -> str:
    """A reason for change, stripped; refused when blank (21 CFR 11.10(e), ALCOA+)."""
    if not reason.strip():
        raise invalid("/reason", "reason-required", _("Say why this is changed: a reason is required."))
    return reason.strip()
