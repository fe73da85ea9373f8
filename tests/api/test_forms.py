"""One form, one PUT: created once, changed by who has read it, repeated without harm."""

from typing import Any

import pytest

from assessments.models import Assessment
from tests.api.acts import (
    CHANGE,
    CREATE,
    GRADED_AGAIN,
    INFUSION,
    at_first_infusion,
    form,
    with_event,
    with_log_row,
    with_scores,
)
from tests.api.calling import TRIAL, Caller, caller_of, history_rows, problem, rows
from tests.factories import MGADL, Cast, consented
from trials.rules.roles import Role

SUBJECT = f"{TRIAL}/subjects/S001"
FORM = f"{SUBJECT}/visits/INF1/forms/MGADL"
VITALS = f"{SUBJECT}/visits/INF1/forms/VS"
FEVER = {"VSTPT": "PRE", "TEMP": 38.5}
QUIET = {"check": "TEMP-RANGE", "reason": "measured again, confirmed"}


def test_created_form_is_answered_whole(cast: Cast, coordinator: Caller) -> None:
    at_first_infusion(cast)
    values = MGADL | {"TALK": {"not_done": "OTHER"}}
    response = coordinator.create(FORM, form(values))
    assert (response.status_code, response["ETag"]) == (201, '"1"')
    assert response.json() == {
        "form": "MGADL",
        "visit": "INF1",
        "repeat": 1,
        "version": "1.0",
        "state": "incomplete",
        "values": values,
        "derived": {"TOTAL": None, "OCULAR": 3, "BULBAR": None, "RESP": 1, "LIMB": 2, "ANSWERED": 7},
        "findings": [],
    }
    assert coordinator.get(FORM).json() == response.json()


def test_soft_check_stores_and_asks(cast: Cast, coordinator: Caller) -> None:
    at_first_infusion(cast)
    response = coordinator.create(VITALS, form(FEVER))
    (finding,) = response.json()["findings"]
    assert (response.status_code, finding["check"], finding["item"]) == (201, "TEMP-RANGE", "/values/TEMP")
    assert finding["message"].keys() == {"en", "zh-hans"}
    (query,) = coordinator.get(f"{TRIAL}/queries?subject=S001&state=open").json()["results"]
    assert (query["check"], query["item"], query["form"]) == ("TEMP-RANGE", "TEMP", "VS")


def test_overridden_check_is_not_asked(cast: Cast, coordinator: Caller) -> None:
    at_first_infusion(cast)
    response = coordinator.create(VITALS, form(FEVER, overrides=[QUIET]))
    assert response.json()["findings"][0]["override"] == QUIET["reason"]
    assert coordinator.get(f"{TRIAL}/queries").json()["results"] == []


def test_same_creation_again_gives_the_same_answer(cast: Cast, coordinator: Caller) -> None:
    at_first_infusion(cast)
    first = coordinator.create(FORM, form(MGADL))
    before = history_rows()
    again = coordinator.create(FORM, form(MGADL))
    assert (again.status_code, again["ETag"], again.json()) == (201, first["ETag"], first.json())
    assert history_rows() == before


def test_same_change_again_gives_the_same_answer(cast: Cast, coordinator: Caller) -> None:
    with_scores(cast)
    body = form(MGADL | {"TALK": 3}, reason="misread")
    first = coordinator.change(FORM, body, '"1"')
    before = history_rows()
    again = coordinator.change(FORM, body, '"1"')
    assert (again.status_code, again["ETag"], again.json()) == (200, '"2"', first.json())
    assert history_rows() == before


def test_change_needs_the_tag_that_was_read(cast: Cast, coordinator: Caller) -> None:
    with_scores(cast)
    body = form(MGADL | {"TALK": 3}, reason="misread")
    before = history_rows()
    for headers in (
        {},
        {"if-match": "*"},
        {"if-none-match": '"1"'},
        {"if-match": '"1"', "if-none-match": "*"},
    ):
        problem(coordinator.put(FORM, body, **headers), 428, "precondition-required")
    for tag in ('"9"', '"abc"', "1", '"0"', '"1", "2"'):
        problem(coordinator.change(FORM, body, tag), 412, "stale-edit")
    assert history_rows() == before


def test_weakened_tag_still_names_the_revision(cast: Cast, coordinator: Caller) -> None:
    with_scores(cast)
    body = form(MGADL | {"TALK": 3}, reason="misread")
    assert coordinator.change(FORM, body, 'W/"1"').status_code == 200


def test_creating_over_another_form_is_refused(cast: Cast, coordinator: Caller) -> None:
    with_scores(cast)
    before = history_rows()
    problem(coordinator.create(FORM, form(MGADL | {"TALK": 3})), 412, "form-exists")
    assert history_rows() == before


def test_reading_again_what_has_not_changed_costs_nothing(cast: Cast, coordinator: Caller) -> None:
    with_scores(cast)
    response = coordinator.get(FORM, **{"if-none-match": '"1"'})
    assert (response.status_code, response.content) == (304, b"")
    assert coordinator.get(FORM, **{"if-none-match": '"7"'}).status_code == 200


def test_form_not_captured_yet_is_not_found(cast: Cast, coordinator: Caller) -> None:
    at_first_infusion(cast)
    problem(coordinator.get(FORM), 404, "not-found")
    problem(coordinator.get(f"{SUBJECT}/visits/INF1/forms/NOSUCH"), 404, "not-found")


def test_repeating_form_is_captured_by_number(cast: Cast, coordinator: Caller) -> None:
    at_first_infusion(cast)
    coordinator.create(VITALS, form({"VSTPT": "PRE"}))
    assert coordinator.create(f"{VITALS}/2", form({"VSTPT": "END"})).json()["repeat"] == 2
    forms = coordinator.get(f"{SUBJECT}/visits/INF1").json()["forms"]
    assert {f["form"]: f["repeats"] for f in forms} == {"MGADL": [], "QMG": [], "MGDX": [], "VS": [1, 2]}


def test_log_grows_by_rows(cast: Cast, coordinator: Caller) -> None:
    with_log_row(cast)
    added = coordinator.post(f"{SUBJECT}/logs/CM", form({"CMTRT": "Ibuprofen"}))
    assert added["Location"].endswith("/subjects/S001/logs/CM/2")
    assert coordinator.get(added["Location"]).json()["values"] == {"CMTRT": "Ibuprofen"}
    rows_read = coordinator.get(f"{SUBJECT}/logs/CM").json()["results"]
    assert [row["repeat"] for row in rows_read] == [1, 2]
    problem(coordinator.get(f"{SUBJECT}/logs/MGADL"), 404, "not-found")


def test_row_is_never_made_by_number(cast: Cast, coordinator: Caller) -> None:
    consented(cast)
    problem(coordinator.create(f"{SUBJECT}/logs/CM/7", form({})), 428, "precondition-required")


RENAMED = form({"CMTRT": "Ibuprofen"}, reason="misread")
REPEATED = {
    "infusion": (Role.COORDINATOR, at_first_infusion, "visits/INF1/infusion", INFUSION, CREATE),
    "judgement": (Role.INVESTIGATOR, consented, "eligibility/judgements/INC-05", {"applies": True}, CREATE),
    "event": (Role.COORDINATOR, with_event, "adverse-events/1", GRADED_AGAIN, CHANGE),
    "row": (Role.COORDINATOR, with_log_row, "logs/CM/1", RENAMED, CHANGE),
}


@pytest.mark.parametrize("record", REPEATED)
def test_other_records_repeat_without_harm_too(record: str, cast: Cast) -> None:
    role, ready, path, body, headers = REPEATED[record]
    ready(cast)
    caller = caller_of(cast.roles[role])
    first = caller.put(f"{SUBJECT}/{path}", body, **headers)
    before = history_rows()
    again = caller.put(f"{SUBJECT}/{path}", body, **headers)
    assert first.status_code in (200, 201)
    assert (again.status_code, again["ETag"], again.json()) == (
        first.status_code,
        first["ETag"],
        first.json(),
    )
    assert history_rows() == before


def test_judgement_of_somebody_else_is_not_overwritten_unread(
    cast: Cast, consented_subject: Any, investigator: Caller
) -> None:
    path = f"{SUBJECT}/eligibility/judgements/INC-05"
    investigator.create(path, {"applies": True})
    problem(investigator.create(path, {"applies": False, "reason": "RNS reread"}), 412, "stale-edit")
    changed = investigator.change(path, {"applies": False, "reason": "RNS reread"}, '"1"')
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    assert investigator.get(path).json()["applies"] is False


def test_dry_run_checks_everything_and_stores_nothing(cast: Cast, coordinator: Caller) -> None:
    at_first_infusion(cast)
    before = history_rows(), rows()
    tried = coordinator.create(f"{FORM}?dry_run=true", form(MGADL))
    assert (tried.status_code, tried.json()["derived"]["TOTAL"]) == (200, 11)
    assert "ETag" not in tried.headers
    refused = coordinator.create(f"{FORM}?dry_run=true", form(MGADL | {"TALK": 9}))
    problem(refused, 422, "invalid-values")
    assert (history_rows(), rows()) == before
    assert not Assessment.objects.filter(form="MGADL", visit__name="INF1").exists()


def test_dry_run_of_any_write_stores_nothing(cast: Cast, coordinator: Caller) -> None:
    before = history_rows(), rows()
    body = {"site": "01", "screened_on": "2026-02-02"}
    assert coordinator.post(f"{TRIAL}/subjects?dry_run=true", body).json()["subject"] == "S001"
    assert (history_rows(), rows()) == before
    assert coordinator.post(f"{TRIAL}/subjects?dry_run=false", body).json()["subject"] == "S001"
