"""The acts on the notice ledger: plan, withdraw, dispatch. None of them writes trial data."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F

from audit.rules import gettext_noop as _
from notifications.email import compose
from notifications.models import Notice, NoticeQuerySet
from notifications.rules.delivery import LEASE, message_id, next_attempt_at
from notifications.rules.kinds import Announcement
from notifications.rules.lifecycle import NoticeEvent, NoticeState

log = structlog.get_logger(__name__)

OVERTAKEN = _("overtaken by a later notice about the same")
UNREACHABLE = _("the recipient has no open account with an e-mail address")
TWICE_UNCERTAIN = _("sent twice without an answer; ask the recipient whether it arrived")


@transaction.atomic
def plan(*, notices: Iterable[Announcement], now: datetime) -> int:
    """Enter in the ledger what is to be told; returns how many entries are new.

    Planning twice is planning once. What still waits about the same causes and is not asked for
    again is withdrawn: after an outage nobody is told yesterday's stage. A notice withdrawn before
    any attempt to send it may be asked for again.
    """
    asked = {notice.identity: notice for notice in notices}
    ledger = Notice.objects.filter(cause__in={notice.cause for notice in asked.values()})
    known = {row[2:]: row[:2] for row in ledger.values_list("pk", "attempts", *Notice.IDENTITY)}
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    Notice.objects.bulk_create(
        [_entry(notice, host, now) for identity, notice in asked.items() if identity not in known],
        ignore_conflicts=True,
    )
    untried = [pk for identity, (pk, attempts) in known.items() if identity in asked and not attempts]
    overtaken = [pk for identity, (pk, attempts) in known.items() if identity not in asked]
    ledger.filter(pk__in=untried).move(NoticeEvent.RENEW, due_at=now, withdrawn_at=None, reason="")
    ledger.filter(pk__in=overtaken).move(NoticeEvent.WITHDRAW, withdrawn_at=now, reason=OVERTAKEN)
    return len(asked.keys() - known.keys())


def _entry(notice: Announcement, host: str, now: datetime) -> Notice:
    identity = tuple(str(part) for part in notice.identity)
    return Notice(
        **dict(zip(Notice.IDENTITY, notice.identity, strict=True)),
        kind=notice.kind,
        params=notice.params,
        rehearsal=notice.rehearsal,
        message_id=message_id(identity, host),
        planned_at=now,
        due_at=now,
    )


@transaction.atomic
def withdraw(*, causes: Collection[str], reason: str, now: datetime) -> int:
    """Take back what is not sent about these things, because they changed; returns how many.

    `reason` is kept with each. Belongs in the transaction of the act that changes the things.
    """
    return Notice.objects.filter(cause__in=causes).move(NoticeEvent.WITHDRAW, withdrawn_at=now, reason=reason)


def dispatch(*, now: datetime, limit: int = 100) -> Counter[NoticeState]:
    """Send what is due, at most `limit` notices; returns how many ended in which state.

    Not atomic as a whole: a claim must be committed before the message leaves, so that neither a
    second dispatcher nor a restart after a crash sends it again. Where no answer came the claim is
    left as it is; when its lease has run out the notice is uncertain, and is sent once more under
    the same Message-ID.
    """
    _doubt_lapsed_claims(now)
    outcomes: Counter[NoticeState] = Counter()
    due = list(Notice.objects.due(now).select_related("recipient")[:limit])
    if due:
        try:
            with get_connection() as connection:
                for notice in due:
                    if _claim(notice, now):
                        outcomes[_deliver(notice, connection, now)] += 1
        except OSError as error:
            log.error("mail_server_unreachable", error=str(error), waiting=len(due))
    return outcomes


def _doubt_lapsed_claims(now: datetime) -> None:
    lapsed = Notice.objects.filter(state=NoticeState.CLAIMED, claimed_at__lt=now - LEASE)
    for notice in lapsed.filter(doubted_at__isnull=False):
        _give_up(notice, TWICE_UNCERTAIN)
    lapsed.move(NoticeEvent.DOUBT, doubted_at=now)


def _claim(notice: Notice, now: datetime) -> bool:
    notice.claimed_at, notice.attempts = now, notice.attempts + 1
    return bool(
        Notice.objects.filter(pk=notice.pk, due_at__lte=now).move(
            NoticeEvent.CLAIM, claimed_at=now, attempts=F("attempts") + 1
        )
    )


def _deliver(notice: Notice, connection: BaseEmailBackend, now: datetime) -> NoticeState:
    if not (notice.recipient.is_active and notice.recipient.email):
        return _give_up(notice, UNREACHABLE)
    try:
        compose(notice, connection).send()
    except (SMTPResponseException, SMTPRecipientsRefused) as refusal:
        return _postpone(notice, str(refusal), now)
    _held(notice).move(NoticeEvent.SEND, sent_at=now)
    return NoticeState.SENT


def _held(notice: Notice) -> NoticeQuerySet:
    """The row, as long as the claim on it is the caller's."""
    return Notice.objects.filter(pk=notice.pk, claimed_at=notice.claimed_at)


def _postpone(notice: Notice, refusal: str, now: datetime) -> NoticeState:
    again_at = next_attempt_at(notice.attempts, now)
    if again_at is None:
        return _give_up(notice, refusal)
    _held(notice).move(NoticeEvent.POSTPONE, due_at=again_at, reason=refusal)
    log.warning("notice_postponed", notice=notice.pk, refusal=refusal, again_at=again_at.isoformat())
    return NoticeState.PENDING


def _give_up(notice: Notice, reason: str) -> NoticeState:
    _held(notice).move(NoticeEvent.GIVE_UP, reason=reason)
    log.error("notice_given_up", notice=notice.pk, cause=notice.cause, reason=reason)
    return NoticeState.FAILED
