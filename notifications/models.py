"""The notice ledger: who was told what, when. A queue may be lost or doubled; this is the truth."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.rules.kinds import NoticeChannel, NoticeKind
from notifications.rules.lifecycle import (
    NOTICE_STATE_LABELS,
    NoticeEvent,
    NoticeState,
    state_after,
    states_before,
)

WAITING = states_before(NoticeEvent.CLAIM)


class NoticeQuerySet(models.QuerySet):
    """Rows by their place in the life cycle; every move is a compare-and-set."""

    def due(self, now: datetime) -> Self:
        """What may be claimed at that instant, the longest due first."""
        return self.filter(state__in=WAITING, due_at__lte=now).order_by("due_at", "pk")

    def move(self, event: NoticeEvent, **values: object) -> int:
        """Move those of the rows that the life cycle lets move, in one statement; returns how many.

        Of two callers that move the same row at the same time, one gets it: the other counts 0.
        """
        return self.filter(state__in=states_before(event)).update(state=state_after(event), **values)

    move.alters_data = True  # type: ignore[attr-defined]


class Notice(models.Model):
    """One thing told to one person through one channel, at most once.

    Not `Audited`: it holds no trial data and is itself the record of what was sent. Workers that
    run side by side and may die at any moment move it by compare-and-set (UPDATE … WHERE state …),
    which `Audited` refuses; attempts and instants stand in the row. It names its cause by a string,
    because this app knows nothing of trials.
    """

    IDENTITY = ("cause", "stage", "recipient_id", "channel", "occasion")

    kind = models.CharField(_("kind"), max_length=40, choices=[(k, k) for k in NoticeKind])
    cause = models.CharField(_("cause"), max_length=60)
    stage = models.CharField(_("stage"), max_length=40)
    occasion = models.CharField(_("occasion"), max_length=40)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    channel = models.CharField(_("channel"), max_length=10, choices=[(c, c) for c in NoticeChannel])
    params = models.JSONField(_("parameters"))
    rehearsal = models.BooleanField(_("rehearsal"), default=False)
    message_id = models.CharField(max_length=200, unique=True, editable=False)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[(s, _(NOTICE_STATE_LABELS[s])) for s in NoticeState],
        default=NoticeState.PENDING,
    )
    planned_at = models.DateTimeField(_("planned at"))
    due_at = models.DateTimeField(_("due at"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    doubted_at = models.DateTimeField(_("uncertain since"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-planned_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cause", "stage", "recipient", "channel", "occasion"], name="told_once"
            ),
            models.CheckConstraint(name="notice_state", condition=Q(state__in=list(NoticeState))),
            models.CheckConstraint(
                name="notice_sent_says_when",
                condition=Q(state=NoticeState.SENT, sent_at__isnull=False)
                | ~Q(state=NoticeState.SENT) & Q(sent_at__isnull=True),
            ),
            models.CheckConstraint(
                name="notice_claimed_has_a_lease",
                condition=~Q(state=NoticeState.CLAIMED) | Q(claimed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_uncertain_says_since_when",
                condition=~Q(state=NoticeState.UNCERTAIN) | Q(doubted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_withdrawn_says_when",
                condition=~Q(state=NoticeState.WITHDRAWN) | Q(withdrawn_at__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_unsent_says_why",
                condition=~Q(state__in=[NoticeState.WITHDRAWN, NoticeState.FAILED]) | ~Q(reason=""),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=WAITING), name="notices_due"),
            models.Index(
                fields=["claimed_at"],
                condition=Q(state=NoticeState.CLAIMED),
                name="notices_claimed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.stage} {self.occasion}"
