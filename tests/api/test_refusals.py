"""Every kind of bad input: a clear error that a program can read, and nothing stored."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from subjects.models import Subject
from tests.api.acts import CONSENT, INFUSION, at_first_infusion, form, with_scores
from tests.api.calling import TRIAL, Caller, caller_of, history_rows, pointers, problem, rows
from tests.factories import (
    DAY1,
    MGADL,
    SCREENED,
    Cast,
    cast_of,
    confirmed,
    consented,
    enrolled,
    infusion_values,
    screened,
)
from trials.rules.roles import Role

SUBJECT = f"{TRIAL}/subjects/S001"
FORM = f"{SUBJECT}/visits/INF1/forms/MGADL"


@pytest.fixture
def arranged(db: Any) -> Iterator[Callable[[Any], Any]]:
    """Called once the state is arranged; when the test ends, not a row may have been added since."""
    counted = []

    def keep(state: Any) -> Any:
        counted.append((history_rows(), rows()))
        return state

    yield keep
    assert (history_rows(), rows()) == counted[0]


WRONG_VALUES: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown item": ({"WALK": 1}, "/values/WALK", "unknown-item"),
    "wrong type": ({"TALK": "1"}, "/values/TALK", "not-an-integer"),
    "a truth for a number": ({"TALK": True}, "/values/TALK", "not-an-integer"),
    "out of the code list": ({"TALK": 4}, "/values/TALK", "not-in-codelist"),
    "derived item": ({"TOTAL": 8}, "/values/TOTAL", "derived-item"),
    "null": ({"TALK": None}, "/values/TALK", "null"),
    "unknown reason": ({"TALK": {"not_done": "LAZY"}}, "/values/TALK", "not-in-codelist"),
    "name with a slash": ({"A/B~C": 1}, "/values/A~1B~0C", "unknown-item"),
}


@pytest.mark.parametrize("case", WRONG_VALUES)
def test_form_value_is_refused_at_its_pointer(
    case: str, cast: Cast, coordinator: Caller, arranged: Any
) -> None:
    changes, pointer, code = WRONG_VALUES[case]
    arranged(at_first_infusion(cast))
    assert pointers(coordinator.create(FORM, form(MGADL | changes))) == {pointer: code}


def test_every_fault_is_listed_at_once(cast: Cast, coordinator: Caller, arranged: Any) -> None:
    arranged(at_first_infusion(cast))
    response = coordinator.create(FORM, form({"TALK": 9, "WALK": 1}, complete=True))
    assert {"/values/TALK", "/values/WALK", "/values/CHEW"} <= pointers(response).keys()


def test_value_out_of_its_hard_range_is_refused(cast: Cast, coordinator: Caller, arranged: Any) -> None:
    arranged(at_first_infusion(cast))
    path = f"{SUBJECT}/visits/INF1/forms/VS"
    response = coordinator.create(path, form({"VSTPT": "PRE", "TEMP": 47.5}))
    assert pointers(response) == {"/values/TEMP": "out-of-range"}


def test_override_of_nothing_is_refused_at_its_place(cast: Cast, coordinator: Caller, arranged: Any) -> None:
    arranged(at_first_infusion(cast))
    overrides = [{"check": "VS-03", "reason": "repeated, confirmed"}]
    response = coordinator.create(FORM, form(MGADL, overrides=overrides))
    assert pointers(response) == {"/overrides/0": "nothing-to-override"}


def test_check_overridden_twice_is_refused(cast: Cast, coordinator: Caller, arranged: Any) -> None:
    arranged(at_first_infusion(cast))
    overrides = [{"check": "VS-03", "reason": "one"}, {"check": "VS-03", "reason": "two"}]
    response = coordinator.create(FORM, form(MGADL, overrides=overrides))
    assert pointers(response) == {"/overrides/1/check": "duplicate-override"}


BODIES: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "unknown field": ({"colour": "red"}, {"/colour": "extra-forbidden"}),
    "missing field": ({"site": None}, {"/site": "string-type"}),
    "date with a time": ({"screened_on": "2026-02-02T00:00:00"}, {"/screened_on": "date-type"}),
    "seconds for a date": ({"screened_on": 1769990400}, {"/screened_on": "date-type"}),
    "a day that is none": ({"screened_on": "2026-02-30"}, {"/screened_on": "date-type"}),
    "a year of no trial": ({"screened_on": "0026-02-02"}, {"/screened_on": "year-out-of-range"}),
    "future date": ({"screened_on": "2126-02-02"}, {"/screened_on": "future-date"}),
    "unknown site": ({"site": "77"}, {"/site": "unknown-site"}),
}


@pytest.mark.parametrize("case", BODIES)
def test_body_is_refused_at_its_pointer(case: str, coordinator: Caller, arranged: Any) -> None:
    changes, expected = BODIES[case]
    arranged(None)
    body = {"site": "01", "screened_on": str(SCREENED)} | changes
    assert pointers(coordinator.post(f"{TRIAL}/subjects", body)) == expected


def test_body_that_is_no_object_is_refused(coordinator: Caller, arranged: Any) -> None:
    arranged(None)
    assert pointers(coordinator.post(f"{TRIAL}/subjects", [])) == {"": "model-type"}


def test_time_of_a_form_in_no_year_of_any_trial_is_refused(
    cast: Cast, coordinator: Caller, arranged: Any
) -> None:
    """Arithmetic on it would run out of the calendar."""
    arranged(at_first_infusion(cast))
    sent = form({"QMSTDTM": "0001-01-01T00:00+14:00"})
    response = coordinator.create(f"{SUBJECT}/visits/INF1/forms/QMG", sent)
    assert pointers(response) == {"/values/QMSTDTM": "year-out-of-range"}


INSTANTS = {
    "no offset": ("2026-02-02T09:00:00", "timezone-aware"),
    "seconds": (1769990400, "datetime-type"),
    "the year one": ("0001-01-01T00:00:00+14:00", "year-out-of-range"),
    "future": ("2126-02-02T09:00:00+08:00", "future-date"),
}


@pytest.mark.parametrize("case", INSTANTS)
def test_instant_is_refused_at_its_pointer(case: str, cast: Cast, coordinator: Caller, arranged: Any) -> None:
    sent, code = INSTANTS[case]
    arranged(screened(cast))
    response = coordinator.post(f"{SUBJECT}/consents", CONSENT | {"signed_at": sent})
    assert pointers(response) == {"/signed_at": code}


def test_visit_before_consent_is_refused(cast: Cast, coordinator: Caller, arranged: Any) -> None:
    arranged(screened(cast))
    response = coordinator.post(f"{SUBJECT}/visits/SCR/attendance", {"on": str(SCREENED)})
    assert problem(response, 409, "consent-missing")["title"] == "Refused by a rule"


def test_visit_dated_before_consent_is_refused(cast: Cast, coordinator: Caller, arranged: Any) -> None:
    arranged(consented(cast))
    day_before = {"on": str(SCREENED - timedelta(days=1))}
    response = coordinator.post(f"{SUBJECT}/visits/SCR/attendance", day_before)
    assert pointers(response) == {"/on": "too-early"}


def test_infusion_before_enrolment_is_refused(cast: Cast, coordinator: Caller, arranged: Any) -> None:
    arranged(confirmed(cast))
    problem(coordinator.create(f"{SUBJECT}/visits/INF1/infusion", INFUSION), 404, "not-found")


def test_infusion_corrected_to_before_enrolment_is_refused(
    cast: Cast, coordinator: Caller, arranged: Any
) -> None:
    at_first_infusion(cast)
    path = f"{SUBJECT}/visits/INF1/infusion"
    tag = coordinator.create(path, INFUSION)["ETag"]
    arranged(None)
    earlier = infusion_values(SCREENED).model_dump(mode="json", exclude={"interruptions"})
    response = coordinator.change(path, earlier | {"reason": "misdated"}, tag)
    assert pointers(response) == {"/started_at": "too-early"}


def test_sixteenth_enrolment_is_refused(cast: Cast, coordinator: Caller, arranged: Any) -> None:
    for _each in range(15):
        enrolled(cast)
    sixteenth = arranged(confirmed(cast))
    path = f"{TRIAL}/subjects/{sixteenth.code}/enrolment"
    response = coordinator.post(path, {"enrolled_on": str(sixteenth.screened_on + timedelta(days=21))})
    assert "15" in problem(response, 409, "enrolment-cap-reached")["detail"]
    assert coordinator.get(f"{TRIAL}/enrolment").json() == {
        "cap": 15,
        "enrolled": 15,
        "remaining": 0,
        "screening": 1,
        "screen_failed": 0,
        "open": False,
    }


def test_stale_edit_is_refused_with_what_happened(cast: Cast, coordinator: Caller, arranged: Any) -> None:
    with_scores(cast)
    first = form(MGADL | {"TALK": 3}, reason="misread")
    current = coordinator.change(FORM, first, '"1"')["ETag"]
    arranged(None)
    response = coordinator.change(FORM, form(MGADL | {"TALK": 0}, reason="misread"), '"1"')
    refused = problem(response, 412, "stale-edit")
    assert (response["ETag"], refused["current_etag"]) == (current, current)
    assert refused["changed_by"] == cast.coordinator.username
    assert refused["changed_at"].startswith("2026-09-01T02:00")


def test_change_without_a_reason_is_refused(cast: Cast, coordinator: Caller, arranged: Any) -> None:
    arranged(with_scores(cast))
    response = coordinator.change(FORM, form(MGADL | {"TALK": 3}), '"1"')
    assert pointers(response) == {"/reason": "reason-required"}


def test_change_of_an_attendance_without_a_reason_is_refused(
    cast: Cast, coordinator: Caller, arranged: Any
) -> None:
    arranged(at_first_infusion(cast))
    response = coordinator.post(f"{SUBJECT}/visits/INF1/attendance", {"on": str(DAY1 + timedelta(days=1))})
    assert pointers(response) == {"/reason": "reason-required"}


def test_form_drawn_from_another_version_is_refused(cast: Cast, coordinator: Caller, arranged: Any) -> None:
    arranged(at_first_infusion(cast))
    response = coordinator.create(FORM, form(MGADL) | {"version": "0.9"})
    problem(response, 409, "other-version")


def test_second_capture_of_a_form_that_does_not_repeat_is_refused(
    cast: Cast, coordinator: Caller, arranged: Any
) -> None:
    arranged(at_first_infusion(cast))
    problem(coordinator.create(f"{FORM}/2", form(MGADL)), 404, "not-found")


BROKEN: dict[str, tuple[str | bytes, str]] = {
    "cut short": ('{"site": "01"', "malformed-json"),
    "a name twice": ('{"site": "01", "site": "02"}', "duplicate-name"),
    "not a number": ('{"site": NaN}', "malformed-json"),
    "infinite": ('{"site": -Infinity}', "malformed-json"),
    "another encoding": ('{"site": "文"}'.encode("gb18030"), "malformed-json"),
    "too deep": ("[" * 5000 + "]" * 5000, "too-deep"),
    "a little too deep": ('{"a":' * 13 + "1" + "}" * 13, "too-deep"),
    "an endless number": ('{"site": ' + "9" * 5000 + "}", "number-too-long"),
    "an endless fraction": ('{"site": 0.' + "9" * 5000 + "}", "number-too-long"),
    "nul": ('{"site": "\\u0000"}', "malformed-text"),
    "half a character": ('{"site": "\\ud83d"}', "malformed-text"),
    "nul in a name": ('{"si\\u0000te": "01"}', "malformed-text"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_json_is_refused(case: str, coordinator: Caller, arranged: Any) -> None:
    text, code = BROKEN[case]
    arranged(None)
    problem(coordinator.send("post", f"{TRIAL}/subjects", text), 400, code)


def test_body_that_is_too_large_is_refused(coordinator: Caller, arranged: Any) -> None:
    arranged(None)
    text = json.dumps({"site": "0" * 1024 * 1024})
    problem(coordinator.send("post", f"{TRIAL}/subjects", text), 413, "body-too-large")


def test_another_media_type_is_refused(coordinator: Caller, arranged: Any) -> None:
    arranged(None)
    response = coordinator.client.post(f"{TRIAL}/subjects", {"site": "01"}, headers=coordinator.headers())
    problem(response, 415, "unsupported-media-type")


def test_another_charset_is_refused(coordinator: Caller, arranged: Any) -> None:
    arranged(None)
    response = coordinator.client.post(
        f"{TRIAL}/subjects",
        "{}",
        content_type="application/json; charset=gb18030",
        headers=coordinator.headers(),
    )
    problem(response, 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "query", ["dryrun=true", "dry_run=yes", "dry_run=true&debug=1", "dry_run=true&dry_run=false"]
)
def test_misspelled_dry_run_is_never_a_write(query: str, coordinator: Caller, arranged: Any) -> None:
    arranged(None)
    body = {"site": "01", "screened_on": str(SCREENED)}
    response = coordinator.post(f"{TRIAL}/subjects?{query}", body)
    assert response.status_code == 400
    assert response.json()["code"].endswith("-parameter")


def test_another_sites_subject_does_not_exist(screened_subject: Subject, outsider: Caller) -> None:
    for tail in ("", "/visits", "/casebook", "/audit", "/eligibility", "/logs/CM", "/visits/SCR/forms/MGADL"):
        problem(outsider.get(SUBJECT + tail), 404, "not-found")
    assert outsider.get(f"{TRIAL}/subjects").json()["results"] == []


def test_another_trials_staff_find_nothing(screened_subject: Subject, rehearsal_trial: Any) -> None:
    stranger = caller_of(cast_of(rehearsal_trial).roles[Role.COORDINATOR])
    problem(stranger.get(TRIAL), 404, "not-found")
    problem(stranger.get(SUBJECT), 404, "not-found")
    assert [trial["trial"] for trial in stranger.get("/api/v1/trials").json()["results"]] == [
        "NCT07243366-REHEARSAL"
    ]
