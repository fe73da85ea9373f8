"""Reminders of visits and overdue visits: planned by the clock, changed by the acts on visits."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.actions import dispatch
from notifications.models import Notice
from notifications.rules.lifecycle import NoticeState
from subjects.models import Deviation
from subjects.rules.deviations import DeviationKind, DeviationState
from subjects.rules.lifecycle import SubjectEvent
from tests.factories import DAY1, at, attended, cast_of, consented, enrolled, infused, visit
from trials.rules.roles import Role
from visits.actions.attendance import record_absence
from visits.actions.disposition import end_participation
from visits.actions.reminders import cause_of, flag_overdue, sweep
from visits.actions.schedule import add_visit, cancel, move_day1, reschedule

pytestmark = pytest.mark.django_db

INF2 = DAY1 + timedelta(days=14)
OPENS, CLOSES = INF2 - timedelta(days=3), INF2 + timedelta(days=3)
DAY = timedelta(days=1)


def notices(subject, name, **filters):
    about = Notice.objects.filter(cause=cause_of(visit(subject, name).pk), **filters).order_by("pk")
    return [(notice.stage, notice.occasion, notice.state) for notice in about]


@pytest.fixture
def treated(cast):
    """Enrolled and given the first infusion on Day 1: INF2 is to come."""
    subject = enrolled(cast)
    infused(cast, subject, "INF1", DAY1)
    return subject


def test_each_stage_is_told_once_in_its_time_however_often_the_sweep_runs(treated, mailoutbox):
    told = {}
    for number in range(-8, 14):
        day = INF2 + number * DAY
        for clock in ("00:01", "09:00", "23:59"):
            sweep(now=at(day, clock))
            dispatch(now=at(day, clock))
        told[number] = [m.subject for m in mailoutbox if "INF2" in m.subject]
        mailoutbox.clear()
    assert {number: subjects for number, subjects in told.items() if subjects} == {
        -6: [f"NCT07243366 S001: INF2 opens on {OPENS}"],
        -3: [f"NCT07243366 S001: INF2 is open until {CLOSES}"],
        2: [f"NCT07243366 S001: INF2 closes on {CLOSES}"],
        4: [f"NCT07243366 S001: INF2 closed on {CLOSES} without attendance"],
    }


def test_reminder_goes_to_the_coordinator_only(treated, cast, mailoutbox):
    sweep(now=at(OPENS))
    dispatch(now=at(OPENS))
    assert {address for message in mailoutbox for address in message.to} == {
        cast.roles[Role.COORDINATOR].user.email
    }


def test_site_date_decides_and_not_the_date_in_london(treated):
    """At 00:30 in Shanghai it is still the day before in UTC."""
    sweep(now=at(OPENS, "00:30"))
    assert notices(treated, "INF2") == [("opens-today", str(INF2), NoticeState.PENDING)]


def test_stages_passed_in_an_outage_are_skipped(treated):
    sweep(now=at(CLOSES + DAY))
    assert notices(treated, "INF2") == [("closed-unattended", str(INF2), NoticeState.PENDING)]


def test_stage_that_waited_in_an_outage_is_overtaken(treated, mailoutbox):
    sweep(now=at(OPENS - DAY))
    sweep(now=at(OPENS))
    dispatch(now=at(OPENS))
    assert [message.subject for message in mailoutbox] == [f"NCT07243366 S001: INF2 is open until {CLOSES}"]


def test_attended_visit_loses_its_reminders_and_gets_no_more(treated, cast):
    sweep(now=at(OPENS))
    attended(cast, treated, "INF2", OPENS)
    sweep(now=at(CLOSES + DAY))
    assert notices(treated, "INF2") == [("opens-today", str(INF2), NoticeState.WITHDRAWN)]


def test_missed_visit_loses_its_reminders_and_gets_no_more(treated, cast):
    sweep(now=at(CLOSES))
    record_absence(visit=visit(treated, "INF2"), reason="on a journey", today=CLOSES, by=cast.coordinator)
    sweep(now=at(CLOSES + DAY))
    assert notices(treated, "INF2") == [("closes-tomorrow", str(INF2), NoticeState.WITHDRAWN)]


def test_cancelled_visit_loses_its_reminders_and_gets_no_more(treated, cast):
    sweep(now=at(OPENS))
    cancel(visit=visit(treated, "INF2"), reason="sponsor's decision", by=cast.coordinator)
    sweep(now=at(INF2))
    assert notices(treated, "INF2") == [("opens-today", str(INF2), NoticeState.WITHDRAWN)]


def test_subject_who_left_is_not_reminded_of(treated, cast):
    sweep(now=at(OPENS))
    end_participation(
        subject=treated,
        event=SubjectEvent.WITHDRAW,
        on=OPENS,
        reason="withdrew consent",
        today=OPENS,
        by=cast.coordinator,
    )
    sweep(now=at(CLOSES))
    assert notices(treated, "INF2", state=NoticeState.PENDING) == []


def test_moved_visit_is_told_again_for_its_new_date(cast):
    subject = enrolled(cast)
    sweep(now=at(DAY1))
    move_day1(subject=subject, day1=DAY1 + 2 * DAY, reason="cells delayed", by=cast.coordinator)
    sweep(now=at(DAY1))
    assert notices(subject, "INF1") == [
        ("opens-today", str(DAY1), NoticeState.WITHDRAWN),
        ("opens-today", str(DAY1 + 2 * DAY), NoticeState.PENDING),
    ]


def test_moved_visit_is_not_told_again_for_a_date_that_was_told(cast, mailoutbox):
    subject = enrolled(cast)
    sweep(now=at(DAY1))
    dispatch(now=at(DAY1))
    for day1 in (DAY1 + DAY, DAY1):
        move_day1(subject=subject, day1=day1, reason="cells delayed", by=cast.coordinator)
        sweep(now=at(DAY1))
        dispatch(now=at(DAY1))
    told = [message.subject for message in mailoutbox if "INF1" in message.subject]
    assert told == [
        f"NCT07243366 S001: INF1 is open until {DAY1 + 3 * DAY}",
        f"NCT07243366 S001: INF1 is open until {DAY1 + 4 * DAY}",
    ]


def test_visit_moved_back_before_anything_was_sent_is_told(cast, mailoutbox):
    subject = enrolled(cast)
    sweep(now=at(DAY1))
    for day1 in (DAY1 + 9 * DAY, DAY1):
        move_day1(subject=subject, day1=day1, reason="cells delayed", by=cast.coordinator)
    sweep(now=at(DAY1))
    dispatch(now=at(DAY1))
    told = [message.subject for message in mailoutbox if "INF1" in message.subject]
    assert told == [f"NCT07243366 S001: INF1 is open until {DAY1 + 3 * DAY}"]


def test_unscheduled_visit_is_reminded_of_where_it_is_moved_to(cast):
    subject = consented(cast)
    planned = date(2026, 2, 10)
    added = add_visit(subject=subject, event="UNS", on=planned, by=cast.coordinator)
    sweep(now=at(planned))
    reschedule(
        visit=visit(subject, added.name),
        planned_date=planned + DAY,
        reason="asked for by the subject",
        by=cast.coordinator,
    )
    sweep(now=at(planned))
    assert notices(subject, added.name) == [
        ("opens-today", str(planned), NoticeState.WITHDRAWN),
        ("opens-soon", str(planned + DAY), NoticeState.PENDING),
    ]


def test_reminder_of_a_rehearsal_says_so(rehearsal_trial, mailoutbox):
    subject = enrolled(cast_of(rehearsal_trial))
    sweep(now=at(DAY1))
    dispatch(now=at(DAY1))
    assert [message.subject for message in mailoutbox if "INF1" in message.subject] == [
        f"[REHEARSAL] NCT07243366-REHEARSAL {subject.code}: INF1 is open until {DAY1 + 3 * DAY}"
    ]


def test_sweep_asks_no_more_questions_with_more_subjects(cast):
    opens = DAY1 - 3 * DAY

    def questions():
        """Of a sweep that enters a stage and takes back the one before it, for every subject."""
        Notice.objects.all().delete()
        sweep(now=at(opens - DAY))
        with CaptureQueriesContext(connection) as asked:
            sweep(now=at(opens))
        return len(asked)

    enrolled(cast)
    sweep(now=at(opens - 9 * DAY))  # the definition is parsed once per process
    one = questions()
    for _ in range(14):
        enrolled(cast)
    assert questions() == one
    assert Notice.objects.filter(stage="opens-today", params__visit="INF1").count() == 15


def flagged(subject):
    found = Deviation.objects.filter(subject=subject, kind=DeviationKind.MISSED_VISIT)
    return [(deviation.cause, deviation.occurred_on, deviation.state) for deviation in found]


def test_visit_that_nobody_attended_is_flagged_once(treated):
    assert flag_overdue(now=at(CLOSES + DAY)) == 1
    assert flag_overdue(now=at(CLOSES + 2 * DAY)) == 0
    assert flagged(treated) == [("INF2", CLOSES, DeviationState.OPEN)]
    [row] = Deviation.history.filter(subject_id=treated.pk, kind=DeviationKind.MISSED_VISIT)
    assert (row.history_username, row.history_role, row.history_channel) == (
        "system", "system", "task",
    )  # fmt: skip


def test_visit_is_not_flagged_on_the_last_day_of_its_window(treated):
    assert flag_overdue(now=at(CLOSES, "23:59")) == 0


def test_attended_visit_is_not_flagged(treated, cast):
    attended(cast, treated, "INF2", INF2)
    assert flag_overdue(now=at(CLOSES + DAY)) == 0


def test_absence_recorded_later_is_the_same_deviation(treated, cast):
    flag_overdue(now=at(CLOSES + DAY))
    today = CLOSES + 2 * DAY
    record_absence(visit=visit(treated, "INF2"), reason="journey", today=today, by=cast.coordinator)
    assert flagged(treated) == [("INF2", CLOSES, DeviationState.OPEN)]
    assert Deviation.history.filter(kind=DeviationKind.MISSED_VISIT).count() == 1


def test_visit_attended_late_after_all_is_no_longer_missed(treated, cast):
    flag_overdue(now=at(CLOSES + DAY))
    attended(cast, treated, "INF2", CLOSES + 2 * DAY)
    assert flagged(treated) == [("INF2", CLOSES, DeviationState.WITHDRAWN)]
    assert flag_overdue(now=at(CLOSES + 3 * DAY)) == 0
