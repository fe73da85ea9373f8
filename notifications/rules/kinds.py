"""The one registry of what Casebook tells people, and in which words.

A message names trial, subject code and visit; anything else about a person stays in Casebook,
behind the sign-in (PIPL Art. 28-29; ICH E6(R3) 3.16.1(t)). A parameter that its words don't name is
refused.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from string import Formatter

from audit.rules import gettext_noop as _


class NoticeKind(StrEnum):
    VISIT_REMINDER = "visit-reminder"
    SERIOUS_ADVERSE_EVENT = "serious-adverse-event"


class NoticeChannel(StrEnum):
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Wording:
    """Subject line and body, with holes for parameters."""

    subject: str
    body: str

    @property
    def holes(self) -> frozenset[str]:
        """The names of its holes."""
        parts = Formatter().parse(self.subject + self.body)
        return frozenset(part[1] for part in parts if part[1])


REHEARSAL_MARK = _("[REHEARSAL]")
FOOTER = _(
    "You receive this because of your role in the trial. Casebook's e-mails name subject codes and "
    "visits only; everything else is behind the sign-in."
)
WORDINGS: dict[tuple[NoticeKind, str], Wording] = {
    (NoticeKind.VISIT_REMINDER, "opens-soon"): Wording(
        _("{trial} {subject}: {visit} opens on {opens}"),
        _(
            "The window of visit {visit} of subject {subject} opens on {opens} and closes on "
            "{closes}. Please arrange the visit."
        ),
    ),
    (NoticeKind.VISIT_REMINDER, "opens-today"): Wording(
        _("{trial} {subject}: {visit} is open until {closes}"),
        _(
            "Visit {visit} of subject {subject} can take place: its window opened on {opens} and "
            "closes on {closes}."
        ),
    ),
    (NoticeKind.VISIT_REMINDER, "closes-tomorrow"): Wording(
        _("{trial} {subject}: {visit} closes on {closes}"),
        _(
            "The window of visit {visit} of subject {subject} closes on {closes}, and no "
            "attendance is recorded. Please see to it, or record why the visit is missed."
        ),
    ),
    (NoticeKind.VISIT_REMINDER, "closed-unattended"): Wording(
        _("{trial} {subject}: {visit} closed on {closes} without attendance"),
        _(
            "The window of visit {visit} of subject {subject} closed on {closes}. Neither "
            "attendance nor absence is recorded. Please record what happened."
        ),
    ),
    (NoticeKind.SERIOUS_ADVERSE_EVENT, "recorded"): Wording(
        _("{trial} {subject}: a serious adverse event was recorded"),
        _("A serious adverse event of subject {subject} was recorded. Please sign in to read it."),
    ),
}


def params_of(kind: NoticeKind) -> frozenset[str]:
    """What comes with every notice of a kind: the holes of all its words, and the page to open."""
    return frozenset({"path"}).union(*(w.holes for (each, stage), w in WORDINGS.items() if each is kind))


@dataclass(frozen=True, slots=True)
class Announcement:
    """One thing to tell one person.

    `cause` names the thing (`visit:17`); `stage` what is said about it; `occasion` the date or key
    for which it holds, so that a visit moved to another date is told again and the same date never
    is. `params` are the words for the holes; `path` among them is the page to open, from the site's
    root. Raises `ValueError` where kind and stage have no words or the parameters are not theirs.
    """

    kind: NoticeKind
    cause: str
    stage: str
    occasion: str
    recipient_id: int
    params: dict[str, str] = field(hash=False)
    rehearsal: bool = False
    channel: NoticeChannel = NoticeChannel.EMAIL

    def __post_init__(self) -> None:
        if (self.kind, self.stage) not in WORDINGS:
            raise ValueError(f"nothing is declared to be said for {self.kind} {self.stage}")
        if self.params.keys() != params_of(self.kind):
            raise ValueError(f"{self.kind} takes exactly {sorted(params_of(self.kind))}")

    @property
    def identity(self) -> tuple[str, str, int, str, str]:
        """What makes it one notice in the ledger; see the model's unique constraint."""
        return (self.cause, self.stage, self.recipient_id, str(self.channel), self.occasion)
