"""What the system told whom, when; and what it could not say."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from notifications.models import Notice
from notifications.rules.kinds import WORDINGS, NoticeKind
from notifications.rules.lifecycle import NoticeState
from notifications.selectors import of_trial
from subjects.selectors import visible_to
from trials.rules.roles import Permission
from workbench.desk import Desk, trial_page

PER_PAGE = 50
SYMBOLS = {
    NoticeState.SENT: "success",
    NoticeState.PENDING: "planned",
    NoticeState.CLAIMED: "planned",
    NoticeState.UNCERTAIN: "unknown",
    NoticeState.FAILED: "failed",
    NoticeState.WITHDRAWN: "cancelled",
}


@dataclass(frozen=True)
class Told:
    """One notice in words."""

    notice: Notice
    words: str
    symbol: str


@trial_page(Permission.SUBJECT_VIEW)
def notice_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    page = Paginator(notices_of(desk), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "told": list(map(in_words, page.object_list)), "section": "notices"}
    return render(request, "workbench/notices.html", context)


def notices_of(desk: Desk) -> QuerySet[Notice]:
    """The notices about subjects that the role reaches, the newest first."""
    notices = of_trial(desk.trial.code)
    if desk.role.site_id:
        codes = list(visible_to(desk.role).values_list("code", flat=True))
        notices = notices.filter(params__subject__in=codes)
    return notices.order_by("-due_at", "-pk")


def in_words(notice: Notice) -> Told:
    """The subject line as it is sent, in the reader's language."""
    wording = WORDINGS[NoticeKind(notice.kind), notice.stage]
    words = gettext(wording.subject).format(**notice.params)
    return Told(notice, words, SYMBOLS[NoticeState(notice.state)])
