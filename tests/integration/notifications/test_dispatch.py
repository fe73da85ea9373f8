"""Sending: once, also when workers run side by side, die on the way, or get no answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from threading import Barrier
from time import sleep

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection

from accounts.actions import open_account
from notifications.actions import TWICE_UNCERTAIN, UNREACHABLE, dispatch, plan, withdraw
from notifications.models import Notice
from notifications.rules.delivery import ATTEMPT_LIMIT, LEASE
from notifications.rules.kinds import Announcement, NoticeKind
from notifications.rules.lifecycle import NoticeState
from tests.factories import PASSWORD, SYSTEM

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
deliver = EmailBackend.send_messages


class Killed(BaseException):
    """Stands for a process that dies: nothing in the code catches it."""


def person(language="en", email="coordinator@site.example"):
    return open_account(
        username="coordinator",
        password=PASSWORD,
        full_name="Wang Li",
        email=email,
        language=language,
        by=SYSTEM,
    )


def planned(now, *, recipient=None, count=1, rehearsal=False):
    recipient = recipient or person()
    notices = [
        Announcement(
            kind=NoticeKind.VISIT_REMINDER,
            cause=f"visit:{number}",
            stage="opens-soon",
            occasion="2026-03-16",
            recipient_id=recipient.pk,
            params={
                "trial": "NCT07243366",
                "subject": "S001",
                "visit": "INF2",
                "opens": "2026-03-13",
                "closes": "2026-03-19",
                "path": "/trials/NCT07243366/subjects/S001/",
            },
            rehearsal=rehearsal,
        )
        for number in range(count)
    ]
    plan(notices=notices, now=now)
    return Notice.objects.first()


@pytest.fixture
def mail_server(monkeypatch, mailoutbox):
    """Lets a test say what the mail server does with each message."""

    def behave(answer):
        monkeypatch.setattr(EmailBackend, "send_messages", answer)

    return behave


def refuse(self, messages):
    raise SMTPRecipientsRefused({"coordinator@site.example": (450, b"mailbox busy")})


def disconnect(self, messages):
    raise SMTPServerDisconnected("Connection unexpectedly closed")


def accept_and_die(self, messages):
    deliver(self, messages)
    raise Killed


def test_notice_is_sent_once(now, mailoutbox):
    notice = planned(now)
    assert dispatch(now=now) == {NoticeState.SENT: 1}
    assert dispatch(now=now + SECOND) == {}
    notice.refresh_from_db()
    assert (notice.state, notice.sent_at, notice.attempts) == (NoticeState.SENT, now, 1)
    assert len(mailoutbox) == 1


def test_message_names_codes_and_dates_and_leads_to_the_page(now, mailoutbox, settings):
    settings.SITE_URL = "https://casebook.example"
    notice = planned(now)
    dispatch(now=now)
    [message] = mailoutbox
    assert message.to == ["coordinator@site.example"]
    assert message.subject == "NCT07243366 S001: INF2 opens on 2026-03-13"
    assert "https://casebook.example/trials/NCT07243366/subjects/S001/" in message.body.splitlines()
    headers = message.message()
    assert headers["Message-ID"] == notice.message_id
    assert headers["Auto-Submitted"] == "auto-generated"


def test_message_is_in_the_language_its_recipient_reads_now(now, mailoutbox):
    recipient = person(language="en")
    planned(now, recipient=recipient)
    recipient.language = "zh-hans"
    recipient.save()
    dispatch(now=now)
    assert mailoutbox[0].subject.startswith("NCT07243366 S001：INF2")
    assert "访视窗" in mailoutbox[0].subject


@pytest.mark.parametrize(("language", "mark"), [("en", "[REHEARSAL] "), ("zh-hans", "[演练] ")])
def test_message_of_a_rehearsal_says_so(now, mailoutbox, language, mark):
    planned(now, recipient=person(language=language), rehearsal=True)
    dispatch(now=now)
    assert mailoutbox[0].subject.startswith(mark)


def test_notice_due_later_waits(now, mailoutbox):
    planned(now)
    assert dispatch(now=now - SECOND) == {}
    assert mailoutbox == []


def test_dispatch_stops_at_its_limit_and_goes_on_next_time(now, mailoutbox):
    planned(now, count=5)
    assert dispatch(now=now, limit=3) == {NoticeState.SENT: 3}
    assert dispatch(now=now, limit=3) == {NoticeState.SENT: 2}


def test_refused_notice_waits_for_its_next_attempt(now, mail_server, mailoutbox):
    notice = planned(now)
    mail_server(refuse)
    assert dispatch(now=now) == {NoticeState.PENDING: 1}
    notice.refresh_from_db()
    assert notice.due_at == now + timedelta(minutes=1)
    assert "mailbox busy" in notice.reason
    mail_server(deliver)
    assert dispatch(now=now + 59 * SECOND) == {}
    assert dispatch(now=now + 60 * SECOND) == {NoticeState.SENT: 1}


def test_notice_refused_each_time_is_given_up_with_an_error(now, mail_server, caplog):
    notice = planned(now)
    mail_server(refuse)
    for attempt in range(ATTEMPT_LIMIT):
        dispatch(now=now + timedelta(days=attempt))
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == (NoticeState.FAILED, ATTEMPT_LIMIT)
    assert [r.levelname for r in caplog.records if "notice_given_up" in str(r.msg)] == ["ERROR"]
    assert dispatch(now=now + timedelta(days=30)) == {}


@pytest.mark.parametrize("change", [{"email": ""}, {"is_active": False}])
def test_notice_to_nobody_is_given_up_at_once(now, mailoutbox, change):
    recipient = person()
    notice = planned(now, recipient=recipient)
    for name, value in change.items():
        setattr(recipient, name, value)
    recipient.save()
    assert dispatch(now=now) == {NoticeState.FAILED: 1}
    notice.refresh_from_db()
    assert notice.reason == UNREACHABLE
    assert mailoutbox == []


def test_claim_of_a_worker_that_died_is_left_alone_during_its_lease(now, mail_server, mailoutbox):
    planned(now)
    mail_server(accept_and_die)
    with pytest.raises(Killed):
        dispatch(now=now)
    mail_server(deliver)
    assert dispatch(now=now + LEASE) == {}
    assert len(mailoutbox) == 1


def test_notice_of_a_worker_that_died_is_sent_once_more_under_the_same_message_id(
    now, mail_server, mailoutbox
):
    notice = planned(now)
    mail_server(accept_and_die)
    with pytest.raises(Killed):
        dispatch(now=now)
    mail_server(deliver)
    later = now + LEASE + SECOND
    assert dispatch(now=later) == {NoticeState.SENT: 1}
    notice.refresh_from_db()
    assert (notice.state, notice.doubted_at, notice.attempts) == (NoticeState.SENT, later, 2)
    identifiers = {message.message()["Message-ID"] for message in mailoutbox}
    assert identifiers == {notice.message_id}
    assert dispatch(now=later + 2 * LEASE) == {}


def test_notice_without_an_answer_twice_is_left_to_a_person(now, mail_server, mailoutbox, caplog):
    notice = planned(now)
    mail_server(accept_and_die)
    for lease in range(2):
        with pytest.raises(Killed):
            dispatch(now=now + lease * (LEASE + SECOND))
    assert dispatch(now=now + 3 * LEASE) == {}
    notice.refresh_from_db()
    assert (notice.state, notice.reason) == (NoticeState.FAILED, TWICE_UNCERTAIN)
    assert len(mailoutbox) == 2
    assert "notice_given_up" in caplog.text


def test_lost_connection_ends_the_batch_and_leaves_one_claim(now, mail_server, caplog):
    """Whether the message left is not known; the others were not tried, and keep all their attempts."""
    planned(now, count=3)
    mail_server(disconnect)
    assert dispatch(now=now) == {}
    rows = Notice.objects.order_by("pk").values_list("state", "attempts")
    assert list(rows) == [
        (NoticeState.CLAIMED, 1),
        (NoticeState.PENDING, 0),
        (NoticeState.PENDING, 0),
    ]
    assert "mail_server_unreachable" in caplog.text


def test_mail_server_that_is_down_costs_no_attempt(now, monkeypatch):
    notice = planned(now)

    def no_answer(self):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "open", no_answer)
    assert dispatch(now=now) == {}
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == (NoticeState.PENDING, 0)


def test_notice_withdrawn_while_it_is_sent_is_sent_in_the_ledger(now, mail_server, mailoutbox):
    notice = planned(now)

    def withdraw_meanwhile(self, messages):
        withdraw(causes=[notice.cause], reason="the visit took place", now=now)
        return deliver(self, messages)

    mail_server(withdraw_meanwhile)
    dispatch(now=now)
    notice.refresh_from_db()
    assert (notice.state, len(mailoutbox)) == (NoticeState.SENT, 1)


def test_notice_withdrawn_while_it_is_refused_is_not_tried_again(now, mail_server, mailoutbox):
    notice = planned(now)

    def withdraw_meanwhile(self, messages):
        withdraw(causes=[notice.cause], reason="the visit took place", now=now)
        return refuse(self, messages)

    mail_server(withdraw_meanwhile)
    dispatch(now=now)
    mail_server(deliver)
    assert dispatch(now=now + timedelta(days=1)) == {}
    assert mailoutbox == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_notices_are_sent_once_by_dispatchers_side_by_side(now, mail_server):
    """Four threads see the same forty due notices at the same time; compare-and-set parts them."""
    planned(now, count=40)
    start = Barrier(4)

    def slowly(self, messages):
        sleep(0.005)
        return deliver(self, messages)

    def work():
        start.wait()
        try:
            return dispatch(now=now)[NoticeState.SENT]
        finally:
            connection.close()

    mail_server(slowly)
    with ThreadPoolExecutor(4) as pool:
        shares = [share.result() for share in [pool.submit(work) for _ in range(4)]]
    identifiers = [message.message()["Message-ID"] for message in mail.outbox]
    assert len(identifiers) == len(set(identifiers)) == sum(shares) == 40
    assert sum(share > 0 for share in shares) > 1, "they took turns: the test has shown nothing"
    assert not Notice.objects.exclude(state=NoticeState.SENT).exists()
