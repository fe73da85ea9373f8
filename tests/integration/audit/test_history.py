"""History is complete, attributed, and refused to change by the database itself (requirements 1–4, 7)."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit.append_only import history_tables
from audit.models import Audited
from audit.recording import Unrecorded, record
from audit.rules import InvalidValues
from audit.selectors import as_of, audited_models, trail
from subjects.models import Consent, Judgement, Subject
from tests.factories import SYSTEM, captured, consented, demography, screened, screening_done, visit
from visits.models import Visit


def test_every_version_says_who_in_which_role_through_what_and_why(cast: Any) -> None:
    subject = consented(cast)
    judgement = Judgement(
        subject=subject, criterion="INC-05", applies=True, judged_by=cast.investigator.username
    )
    with record(by=cast.investigator):
        judgement.save()
    judgement.applies = False
    with record(by=cast.investigator, reason=" RNS reread "):
        judgement.save()
    row = Judgement.history.first()
    assert row.history_user_id == cast.investigator.user_id
    assert (row.history_username, row.history_role, row.history_channel) == (
        cast.investigator.username,
        "investigator",
        "web",
    )
    assert row.history_change_reason == "RNS reread"
    assert row.history_scope == f"subject:{subject.pk}"
    assert row.history_date <= timezone.now()


def test_changing_a_recorded_value_without_a_reason_is_refused_by_the_model(cast: Any) -> None:
    consent = Consent.objects.get(subject=consented(cast))
    consent.obtained_by = "Dr Wang"
    with pytest.raises(InvalidValues), record(by=cast.coordinator):
        consent.save()
    assert Consent.history.count() == 1
    assert Consent.objects.get().obtained_by == "Dr Li"


def test_saving_an_unchanged_row_leaves_no_history(cast: Any) -> None:
    consent = Consent.objects.get(subject=consented(cast))
    with record(by=cast.coordinator):
        consent.save()
    assert Consent.history.count() == 1


@pytest.mark.parametrize(
    "write",
    [
        lambda subject: Subject.objects.filter(pk=subject.pk).update(code="X"),
        lambda subject: Subject.objects.filter(pk=subject.pk).delete(),
        lambda subject: Subject.objects.bulk_create([]),
        lambda subject: Subject.objects.bulk_update([subject], ["code"]),
        lambda subject: subject.delete(),
        lambda subject: subject.visits.update(state="missed"),
    ],
)
def test_writes_that_would_leave_no_history_are_refused(cast: Any, write: Any) -> None:
    subject = screened(cast)
    with pytest.raises(Unrecorded), record(by=SYSTEM, reason="x"):
        write(subject)


def test_rows_inserted_together_are_each_in_history(cast: Any) -> None:
    subject = screened(cast)
    rows = Visit.history.filter(history_scope=f"subject:{subject.pk}")
    assert sorted(rows.values_list("name", flat=True)) == ["BL", "SCR"]
    assert set(rows.values_list("history_username", flat=True)) == {cast.coordinator.username}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE subjects_historicalsubject SET history_username = 'nobody'",
        "DELETE FROM subjects_historicalsubject",
        "DELETE FROM visits_historicalvisit WHERE name = 'BL'",
    ],
)
def test_the_database_refuses_to_change_history(cast: Any, statement: str) -> None:
    screened(cast)
    before = Subject.history.count()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Subject.history.count() == before


@pytest.mark.postgres
def test_the_database_refuses_to_truncate_history(cast: Any) -> None:
    screened(cast)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the pending ones refuse it first
        cursor.execute("TRUNCATE subjects_historicalsubject")


def test_every_audited_model_has_a_protected_history_table() -> None:
    tables = set(history_tables())
    assert {model.history.model._meta.db_table for model in audited_models()} <= tables


def test_the_history_commands_that_delete_are_refused(cast: Any) -> None:
    """django-simple-history ships `clean_old_history`; the triggers stop it."""
    from django.core.management import call_command

    screened(cast)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        call_command("clean_old_history", "--auto", "--days", "-1")


def test_a_failed_act_leaves_neither_row_nor_history(cast: Any) -> None:
    before = Subject.history.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        screened(cast)
        raise RuntimeError("the machine stops here")
    assert (Subject.objects.count(), Subject.history.count()) == (0, before)


def test_the_trail_shows_items_old_and_new(cast: Any) -> None:
    subject = screening_done(cast)
    captured(
        cast,
        subject,
        "SCR",
        "DM",
        demography("M"),
        expected_revision=1,
        reason="sex misread",
    )
    entries = trail(f"subject:{subject.pk}")
    correction = next(e for e in entries if e.reason == "sex misread")
    assert correction.kind == "changed"
    assert ("values.SEX", "F", "M") in {(c.field, c.old, c.new) for c in correction.changes}
    assert [e.at for e in entries] == sorted((e.at for e in entries), reverse=True)


def test_the_trail_of_a_subject_names_no_other_subject(cast: Any) -> None:
    one, other = screening_done(cast), screening_done(cast)
    assert {e.object_id for e in trail(f"subject:{one.pk}") if e.model == "subject"} == {one.pk}
    assert other.pk != one.pk


def test_the_number_of_queries_of_a_trail_does_not_grow(cast: Any, django_assert_num_queries: Any) -> None:
    one = screened(cast)
    with django_assert_num_queries(len(audited_models())):
        trail(f"subject:{one.pk}")
    many = screening_done(cast)
    with django_assert_num_queries(len(audited_models())):
        trail(f"subject:{many.pk}")


def test_a_table_can_be_read_as_of_a_past_instant(cast: Any) -> None:
    subject = screening_done(cast)
    before = timezone.now()
    captured(cast, subject, "SCR", "DM", demography("M"), expected_revision=1, reason="sex misread")
    from assessments.models import Assessment

    scope = f"subject:{subject.pk}"
    then = {row.form: row for row in as_of(Assessment, scope, before) if row.visit.name == "SCR"}
    now = {row.form: row for row in as_of(Assessment, scope, timezone.now()) if row.visit.name == "SCR"}
    assert then["DM"].values["SEX"] == "F"
    assert now["DM"].values["SEX"] == "M"


def test_every_row_of_a_scope_is_found_by_it(cast: Any) -> None:
    """A model that forgot its scope would silently fall out of the trail."""
    subject = screening_done(cast)
    scr = visit(subject, "SCR")
    for row in (subject, scr, scr.assessments.first(), subject.consents.get()):
        assert isinstance(row, Audited)
        assert row.history.first().history_scope == f"subject:{subject.pk}"
