"""What leaves: every value as captured, not done apart from blank, only of those whom the role reaches."""

import csv
import io
import zipfile
from datetime import UTC, datetime

import pytest

from audit.rules import UnknownObject
from exchange.archive import stream_archive
from exchange.csv import BOM, Table, stream
from exchange.tables import form_table, heading_of, trail_table, trial_tables
from safety.actions import record_adverse_event
from safety.rules.values import AdverseEventValues
from subjects.models import Subject
from tests.factories import (
    MGADL,
    SCREENED,
    at,
    attended,
    captured,
    cast_of,
    consented,
    enrolled,
    infused,
    make_staff,
    screened,
    screening_done,
    second_site,
    visit,
)
from trials.rules.roles import Role
from visits.actions.attendance import attend

NOW = datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC)


def read(table: Table, role) -> list[dict[str, str]]:
    """The file as another program reads it."""
    text = b"".join(stream(table, heading_of(role, now=NOW))).decode().removeprefix(BOM)
    return rows_of(text)


def rows_of(text: str) -> list[dict[str, str]]:
    lines = text.removeprefix(BOM).splitlines(keepends=True)
    return list(csv.DictReader(io.StringIO("".join(line for line in lines if not line.startswith("#")))))


@pytest.fixture
def data_manager(cast):
    return cast.roles[Role.DATA_MANAGER]


def table_named(role, name: str) -> Table:
    return next(table for table in trial_tables(role) if table.name == name)


def test_form_has_every_value_in_the_order_of_the_page(cast, data_manager):
    subject = screening_done(cast)
    row = read(form_table(data_manager, "MGADL"), data_manager)[0]
    assert row["STUDYID"] == "NCT07243366"
    assert (row["SITEID"], row["SUBJID"]) == ("01", subject.code)
    assert (row["VISIT"], row["VISITDAT"], row["STATE"]) == ("SCR", SCREENED.isoformat(), "incomplete")
    assert (row["PROTOCOL"], row["REVISION"], row["REPEAT"]) == ("1.0", "1", "1")
    assert {oid: int(row[oid]) for oid in MGADL if oid in row and oid != "MGRATER"} == {
        oid: value for oid, value in MGADL.items() if oid != "MGRATER"
    }
    assert row["TOTAL"] == "11"
    columns = list(row)
    assert columns.index("TALK") < columns.index("TALK_ND") < columns.index("CHEW") < columns.index("TOTAL")


def test_not_done_is_told_apart_from_blank(cast, data_manager):
    subject = consented(cast)
    attended(cast, subject, "SCR", SCREENED)
    captured(cast, subject, "SCR", "MGADL", {"TALK": {"not_done": "REFUSED"}, "CHEW": 0}, complete=False)
    (row,) = read(form_table(data_manager, "MGADL"), data_manager)
    assert (row["TALK"], row["TALK_ND"]) == ("", "REFUSED")
    assert (row["CHEW"], row["CHEW_ND"]) == ("0", "")
    assert (row["SWAL"], row["SWAL_ND"]) == ("", "")
    assert row["TOTAL"] == ""


def test_row_of_a_log_has_no_visit(cast, data_manager):
    subject = consented(cast)
    captured(cast, subject, None, "CM", {"CMTRT": "=HYPERLINK(1)"}, complete=False)
    (row,) = read(form_table(data_manager, "CM"), data_manager)
    assert (row["VISIT"], row["VISITDAT"], row["REPEAT"]) == ("", "", "1")
    assert row["CMTRT"] == "'=HYPERLINK(1)"


def test_unknown_form_is_refused(cast, data_manager):
    with pytest.raises(UnknownObject):
        form_table(data_manager, "NOPE")


def test_tables_hold_subjects_visits_infusions_and_deviations(cast, data_manager):
    subject = enrolled(cast)
    day1 = Subject.objects.get(pk=subject.pk).day1
    infused(cast, subject, "INF1", day1)
    late = visit(subject, "INF2").closes_on.replace(day=25)
    attend(visit=visit(subject, "INF2"), on=late, today=late, by=cast.coordinator)

    (who,) = read(table_named(data_manager, "subjects"), data_manager)
    assert (who["STATE"], who["ENROLNO"], who["DAY1"]) == ("enrolled", "1", day1.isoformat())
    assert who["CONSENTDAT"] == SCREENED.isoformat()
    visits = {row["VISIT"]: row for row in read(table_named(data_manager, "visits"), data_manager)}
    assert (visits["INF1"]["STATE"], visits["INF1"]["WINDOW"]) == ("attended", "in-window")
    assert visits["INF2"]["WINDOW"] == "out-late"
    assert (visits["INF3"]["STATE"], visits["INF3"]["ACTUAL"]) == ("planned", "")
    (infusion,) = read(table_named(data_manager, "infusions"), data_manager)
    assert (infusion["VISIT"], infusion["LOT"], infusion["DOSE"]) == ("INF1", "LOT-001", "1.0000")
    (deviation,) = read(table_named(data_manager, "deviations"), data_manager)
    assert (deviation["KIND"], deviation["VISIT"], deviation["STATE"]) == ("out-of-window", "INF2", "open")


def test_adverse_events_have_their_cdash_names(cast, data_manager):
    subject = consented(cast)
    values = AdverseEventValues(
        term="Headache",
        start_date="2026-02",
        ongoing=True,
        grade=2,
        serious=None,
        action_taken="NOT APPLICABLE",
        outcome="NOT RECOVERED/NOT RESOLVED",
        aware_at=at(SCREENED),
    )
    record_adverse_event(
        subject=subject, values=values, today=SCREENED, now=at(SCREENED, "18:00"), by=cast.coordinator
    )
    (row,) = read(table_named(data_manager, "adverse_events"), data_manager)
    assert (row["AESPID"], row["AETERM"], row["AESTDAT"], row["AEENDAT"]) == ("1", "Headache", "2026-02", "")
    assert (row["AESER"], row["AEONGO"], row["AETOXGR"]) == ("", "Y", "2")


def test_trail_has_a_row_for_each_changed_field(cast):
    subject = screening_done(cast)
    monitor = cast.roles[Role.MONITOR]
    rows = read(trail_table(monitor, subject.code), monitor)
    talk = [row for row in rows if row["FIELD"] == "values.TALK" and row["OLD"] == ""]
    assert {row["NEW"] for row in talk} == {str(MGADL["TALK"])}
    assert {row["USER"] for row in rows} == {cast.coordinator.username}
    assert {row["CHANNEL"] for row in rows} == {"web"}
    assert rows == sorted(rows, key=lambda row: row["AT"], reverse=True)


def test_another_sites_subjects_do_not_leave(cast):
    here = screened(cast)
    there = screened(cast, site=second_site(cast))
    role = make_staff(cast.trial, Role.COORDINATOR, site=here.site, username="here")
    for table in trial_tables(role):
        assert there.code not in {row["SUBJID"] for row in read(table, role)}, table.name
    assert [row["SUBJID"] for row in read(table_named(role, "subjects"), role)] == [here.code]
    with pytest.raises(UnknownObject):
        trail_table(role, there.code)


def test_archive_is_a_zip_with_every_table(cast, data_manager):
    screening_done(cast)
    pieces = list(stream_archive(trial_tables(data_manager), heading_of(data_manager, now=NOW)))
    assert len(pieces) > 1
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert {"subjects.csv", "visits.csv", "MGADL.csv", "adverse_events.csv"} < set(names)
        assert len(names) == len(set(names))
        assert archive.getinfo("DM.csv").date_time == (2026, 11, 24, 1, 2, 2)
        assert len(rows_of(archive.read("MGADL.csv").decode())) == 2


def test_export_of_a_rehearsal_is_marked_everywhere(rehearsal_trial):
    rehearsal = cast_of(rehearsal_trial)
    screening_done(rehearsal)
    role = rehearsal.roles[Role.DATA_MANAGER]
    heading = heading_of(role, now=NOW)
    assert "REHEARSAL" in heading.file_name("export", "zip")
    for table in trial_tables(role):
        text = b"".join(stream(table, heading)).decode()
        assert text.startswith(BOM + "# REHEARSAL"), table.name
        assert all(row["STUDYID"].endswith("-REHEARSAL") for row in rows_of(text))


@pytest.mark.parametrize("subjects", [1, 3])
def test_statements_do_not_grow_with_subjects(cast, data_manager, django_assert_max_num_queries, subjects):
    for _ in range(subjects):
        screening_done(cast)
    heading = heading_of(data_manager, now=NOW)
    with django_assert_max_num_queries(26):
        list(stream_archive(trial_tables(data_manager), heading))
