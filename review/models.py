"""Data queries: what is asked about captured data, and what came of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment
from audit.models import Audited
from review.rules.lifecycle import QUERY_STATE_LABELS, QueryState
from review.rules.origins import QUERY_ORIGIN_LABELS, QueryOrigin
from subjects.models import Subject
from trials.models import Trial
from trials.rules.text import Text


class Query(Audited):
    """One question about a subject's data, by number within the trial.

    `answer` and `note` are the latest; its history holds all of them. `asked_about` is the value that a
    system query is about (`{item: value}`), and empty once the check no longer finds anything.
    """

    moved_by_acts = frozenset({"state", "answer", "note", "asked_about"})

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="queries")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="queries")
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, null=True, blank=True, related_name="queries"
    )
    number = models.PositiveIntegerField(_("number"))
    origin = models.CharField(
        _("asked by"),
        max_length=12,
        choices=[(o, _(QUERY_ORIGIN_LABELS[o])) for o in QueryOrigin],
    )
    item = models.CharField(_("item"), max_length=16, blank=True)
    check_oid = models.CharField(_("check"), max_length=32, blank=True)
    text = models.JSONField(_("question"))
    asked_about = models.JSONField(_("value asked about"), default=dict, blank=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=[(s, _(QUERY_STATE_LABELS[s])) for s in QueryState],
        default=QueryState.OPEN,
    )
    answer = models.TextField(_("answer"), blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("query")
        verbose_name_plural = _("queries")
        ordering = ["trial", "number"]
        constraints = [
            models.UniqueConstraint(fields=["trial", "number"], name="query_number_once"),
            models.UniqueConstraint(
                fields=["assessment", "check_oid"],
                condition=Q(origin=QueryOrigin.SYSTEM),
                name="system_asks_once",
            ),
            models.CheckConstraint(
                name="system_asks_about_a_finding",
                condition=Q(origin=QueryOrigin.SYSTEM, assessment__isnull=False) & ~Q(check_oid="")
                | ~Q(origin=QueryOrigin.SYSTEM) & Q(check_oid=""),
            ),
            models.CheckConstraint(
                name="an_item_is_on_a_form", condition=Q(item="") | Q(assessment__isnull=False)
            ),
            models.CheckConstraint(
                name="answered_has_an_answer",
                condition=~Q(state=QueryState.ANSWERED) | ~Q(answer=""),
            ),
            models.CheckConstraint(name="query_state", condition=Q(state__in=list(QueryState))),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def question(self) -> Text:
        return Text.model_validate(self.text)
