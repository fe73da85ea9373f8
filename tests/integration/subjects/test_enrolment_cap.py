"""The cap of 15 holds in the database, whoever asks and however many ask at once (requirement 30)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction

from audit.recording import record
from audit.rules import RuleViolation
from subjects.actions import enrol
from subjects.models import Subject
from subjects.selectors import enrolment
from tests.factories import SCREENED, SYSTEM, cast_of, publish_trial, screened
from trials.models import EnrolmentPlace

SIMULTANEOUS = 50


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_simultaneous_enrolments_leave_exactly_fifteen(now: Any) -> None:
    cast = cast_of(publish_trial(now=now))
    subjects = [screened(cast) for _ in range(SIMULTANEOUS)]
    start = Barrier(SIMULTANEOUS)

    def attempt(subject: Subject) -> str:
        start.wait(timeout=60)
        try:
            enrol(subject=subject, enrolled_on=SCREENED, today=SCREENED, by=cast.coordinator)
        except RuleViolation as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "enrolled"

    with ThreadPoolExecutor(SIMULTANEOUS) as pool:
        outcomes = list(pool.map(attempt, subjects))

    assert outcomes.count("enrolled") == 15
    assert outcomes.count("enrolment-cap-reached") == SIMULTANEOUS - 15
    numbers = Subject.objects.filter(place__isnull=False).values_list("place__number", flat=True)
    assert sorted(numbers) == list(range(1, 16))


def test_sixteenth_enrolment_is_refused_and_changes_nothing(cast: Any) -> None:
    subjects = [screened(cast) for _ in range(16)]
    for subject in subjects[:15]:
        enrol(subject=subject, enrolled_on=SCREENED, today=SCREENED, by=cast.coordinator)
    history = Subject.history.count()

    with pytest.raises(RuleViolation) as refused:
        enrol(subject=subjects[15], enrolled_on=SCREENED, today=SCREENED, by=cast.coordinator)

    assert refused.value.code == "enrolment-cap-reached"
    assert "All 15 places of NCT07243366 are taken" in str(refused.value)
    assert Subject.history.count() == history
    assert enrolment(cast.trial) == {
        "cap": 15,
        "enrolled": 15,
        "screening": 1,
        "screen_failed": 0,
        "remaining": 0,
        "open": False,
    }


def test_enrolment_numbers_are_given_in_order(cast: Any) -> None:
    given = [
        enrol(subject=screened(cast), enrolled_on=SCREENED, today=SCREENED, by=cast.coordinator)
        for _ in range(3)
    ]
    assert [subject.enrolment_number for subject in given] == [1, 2, 3]


def test_a_place_is_held_by_one_subject_also_for_a_writer_who_ignores_the_action(cast: Any) -> None:
    first = enrol(subject=screened(cast), enrolled_on=SCREENED, today=SCREENED, by=cast.coordinator)
    second = screened(cast)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE subjects_subject SET place_id = %s, state = 'enrolled', enrolled_on = '2026-02-02' "
            "WHERE id = %s",
            [first.place_id, second.pk],
        )


def test_a_sixteenth_place_number_cannot_be_doubled(cast: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), record(by=SYSTEM):
        EnrolmentPlace(trial=cast.trial, number=15).save()


def test_enrolled_without_a_place_is_refused_by_the_database(cast: Any) -> None:
    subject = screened(cast)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE subjects_subject SET state = 'enrolled' WHERE id = %s", [subject.pk])
