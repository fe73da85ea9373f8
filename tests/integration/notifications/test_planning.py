"""The notice ledger: what is entered, once; what is taken back; what the database itself refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.actions import open_account
from notifications.actions import OVERTAKEN, dispatch, plan, withdraw
from notifications.models import Notice
from notifications.rules.kinds import Announcement, NoticeKind
from notifications.rules.lifecycle import NoticeState
from notifications.selectors import of_trial, recent_for
from tests.factories import PASSWORD, SYSTEM

pytestmark = pytest.mark.django_db


def person(name):
    return open_account(
        username=name,
        password=PASSWORD,
        full_name=name.title(),
        email=f"{name}@site.example",
        language="en",
        by=SYSTEM,
    )


@pytest.fixture
def recipient(db):
    return person("coordinator")


def reminder(recipient, *, cause="visit:17", stage="opens-soon", occasion="2026-03-16"):
    return Announcement(
        kind=NoticeKind.VISIT_REMINDER,
        cause=cause,
        stage=stage,
        occasion=occasion,
        recipient_id=recipient.pk,
        params={
            "trial": "NCT07243366",
            "subject": "S001",
            "visit": "INF2",
            "opens": "2026-03-13",
            "closes": "2026-03-19",
            "path": "/",
        },
    )


def states():
    return {(n.stage, n.occasion): n.state for n in Notice.objects.all()}


def test_notice_planned_twice_is_one(recipient, now):
    assert plan(notices=[reminder(recipient)], now=now) == 1
    assert plan(notices=[reminder(recipient)], now=now + timedelta(minutes=5)) == 0
    assert Notice.objects.count() == 1


def test_notice_asked_for_twice_in_one_plan_is_one(recipient, now):
    assert plan(notices=[reminder(recipient), reminder(recipient)], now=now) == 1


def test_notice_is_one_for_each_recipient(recipient, now):
    assert plan(notices=[reminder(recipient), reminder(person("second"))], now=now) == 2


def test_sent_notice_is_never_entered_again(recipient, now):
    plan(notices=[reminder(recipient)], now=now)
    dispatch(now=now)
    assert plan(notices=[reminder(recipient)], now=now) == 0
    assert states() == {("opens-soon", "2026-03-16"): NoticeState.SENT}


def test_notice_of_another_occasion_is_another(recipient, now):
    plan(notices=[reminder(recipient)], now=now)
    dispatch(now=now)
    assert plan(notices=[reminder(recipient, occasion="2026-03-18")], now=now) == 1


def test_later_stage_overtakes_one_that_still_waits(recipient, now):
    plan(notices=[reminder(recipient)], now=now)
    plan(notices=[reminder(recipient, stage="opens-today")], now=now + timedelta(days=3))
    assert states() == {
        ("opens-soon", "2026-03-16"): NoticeState.WITHDRAWN,
        ("opens-today", "2026-03-16"): NoticeState.PENDING,
    }
    assert Notice.objects.get(stage="opens-soon").reason == OVERTAKEN


def test_plan_leaves_other_causes_alone(recipient, now):
    plan(notices=[reminder(recipient)], now=now)
    plan(notices=[reminder(recipient, cause="visit:18")], now=now)
    assert set(Notice.objects.values_list("state", flat=True)) == {NoticeState.PENDING}


def test_withdrawn_notice_is_not_sent_and_says_why(recipient, now, mailoutbox):
    plan(notices=[reminder(recipient)], now=now)
    assert withdraw(causes=["visit:17"], reason="the visit took place", now=now) == 1
    assert dispatch(now=now) == {}
    assert mailoutbox == []
    notice = Notice.objects.get()
    assert (notice.reason, notice.withdrawn_at) == ("the visit took place", now)


def test_sent_notice_is_not_withdrawn(recipient, now):
    plan(notices=[reminder(recipient)], now=now)
    dispatch(now=now)
    assert withdraw(causes=["visit:17"], reason="too late", now=now) == 0


def test_notice_withdrawn_before_any_attempt_may_be_asked_for_again(recipient, now, mailoutbox):
    plan(notices=[reminder(recipient)], now=now)
    withdraw(causes=["visit:17"], reason="moved", now=now)
    assert plan(notices=[reminder(recipient)], now=now) == 0
    dispatch(now=now)
    assert len(mailoutbox) == 1
    assert Notice.objects.get().state == NoticeState.SENT


def test_notice_withdrawn_after_an_attempt_stays_withdrawn(recipient, now):
    """It may have arrived: asking for it again must not send it twice."""
    plan(notices=[reminder(recipient)], now=now)
    Notice.objects.update(attempts=1)
    withdraw(causes=["visit:17"], reason="moved", now=now)
    plan(notices=[reminder(recipient)], now=now)
    assert Notice.objects.get().state == NoticeState.WITHDRAWN


def test_recent_notices_are_the_persons_own(recipient, now):
    plan(notices=[reminder(recipient), reminder(person("second"), cause="visit:18")], now=now)
    assert [notice.cause for notice in recent_for(recipient)] == ["visit:17"]


def test_notices_of_a_trial_are_its_own(recipient, now):
    plan(notices=[reminder(recipient)], now=now)
    assert of_trial("NCT07243366").count() == 1
    assert of_trial("NCT07243366-REHEARSAL").count() == 0


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("notice_state", {"state": "lost"}),
        ("notice_sent_says_when", {"state": NoticeState.SENT}),
        ("notice_claimed_has_a_lease", {"state": NoticeState.CLAIMED}),
        ("notice_uncertain_says_since_when", {"state": NoticeState.UNCERTAIN}),
        ("notice_withdrawn_says_when", {"state": NoticeState.WITHDRAWN, "reason": "moved"}),
        ("notice_unsent_says_why", {"state": NoticeState.FAILED}),
    ],
)
def test_database_refuses_a_row_that_does_not_say_enough(recipient, now, constraint, values):
    plan(notices=[reminder(recipient)], now=now)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Notice.objects.update(**values)


def test_database_refuses_the_same_notice_twice(recipient, now):
    plan(notices=[reminder(recipient)], now=now)
    again = Notice.objects.get()
    again.pk, again.message_id = None, "<another@site.example>"
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()
