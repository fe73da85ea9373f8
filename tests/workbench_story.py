"""A small trial in the middle of its days, as the pages show it: every state reached through the acts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from notifications.actions import plan
from notifications.rules.kinds import Announcement, NoticeKind
from review.models import Query
from safety.actions import record_adverse_event
from subjects.models import Subject
from tests.adverse_events import event as adverse_event
from tests.factories import (
    DAY1,
    MGADL,
    SHANGHAI,
    Cast,
    at,
    attended,
    captured,
    confirmed,
    enrolled,
    infused,
    screened,
    screening_done,
)
from trials.models import StaffRole
from trials.rules.roles import Role
from visits.actions.schedule import add_visit

TODAY = date(2026, 3, 20)
NOW = at(TODAY, "12:00")
INF2 = date(2026, 3, 16)
FEVER = {"TEMP": 38.4}


@dataclass(frozen=True)
class Story:
    """S001 is under treatment; S002 in screening; S003 only screened; S004 confirmed; S005 enrolled."""

    cast: Cast
    treated: Subject
    in_screening: Subject
    fresh: Subject
    confirmed: Subject
    waiting: Subject


def tell(cast: Cast) -> Story:
    treated = enrolled(cast)
    infused(cast, treated, "INF1", DAY1)
    captured(cast, treated, "INF1", "MGADL", MGADL, complete=False)
    captured(cast, treated, "INF1", "VS", FEVER, complete=False)
    captured(cast, treated, None, "CM", {"CMTRT": "pyridostigmine"}, complete=False)
    _record_event(cast, treated)
    add_visit(subject=treated, event="UNS", on=TODAY, by=cast.coordinator)
    story = Story(
        cast=cast,
        treated=treated,
        in_screening=screening_done(cast),
        fresh=screened(cast),
        confirmed=confirmed(cast),
        waiting=enrolled(cast),
    )
    _announce(cast, treated)
    return story


def _record_event(cast: Cast, subject: Subject) -> None:
    record_adverse_event(subject=subject, values=adverse_event(), today=TODAY, now=NOW, by=cast.coordinator)


def _announce(cast: Cast, subject: Subject) -> None:
    words = {
        "trial": cast.trial.code,
        "subject": subject.code,
        "visit": "INF2",
        "opens": "2026-03-13",
        "closes": "2026-03-19",
        "path": f"/trials/{cast.trial.code}/subjects/{subject.code}/visits/INF2/",
    }
    person = cast.roles[Role.COORDINATOR].user_id
    announcement = Announcement(
        NoticeKind.VISIT_REMINDER, "visit:1", "closed-unattended", "2026-03-19", person, words
    )
    plan(notices=[announcement], now=NOW)


def attend_second_infusion(story: Story) -> None:
    attended(story.cast, story.treated, "INF2", INF2)


def number_of_query(story: Story) -> int:
    return Query.objects.get(subject=story.treated).number


def signed_in(role: StaffRole, language: str = "en") -> Client:
    """A browser in which the person of that role has signed in."""
    client = Client()
    client.force_login(role.user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def url(route: str, *keys: Any) -> str:
    return reverse(f"admin:{route}", args=keys)


def clock(day: date, time: str) -> str:
    """A wall-clock time as a datetime-local field sends it."""
    return at(day, time).astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
