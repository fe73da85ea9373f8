"""`record`: the one door through which audited rows may be written."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from audit.rules import Actor


@dataclass(frozen=True, slots=True)
class Act:
    """What is being recorded just now: who, and why."""

    by: Actor
    reason: str


_current: ContextVar[Act | None] = ContextVar("act", default=None)


class Unrecorded(RuntimeError):
    """Audited rows were written outside an action: a programming error, never a user's."""


@contextmanager
def record(*, by: Actor, reason: str = "") -> Iterator[Act]:
    """Attribute every audited write inside to `by` and `reason`. Belongs inside an atomic action."""
    act = Act(by, reason.strip())
    token = _current.set(act)
    try:
        yield act
    finally:
        _current.reset(token)


def current_act() -> Act:
    """The act being recorded; raises `Unrecorded` outside one."""
    act = _current.get()
    if act is None:
        raise Unrecorded("Audited records are written by actions only, inside record(by=..., reason=...).")
    return act
