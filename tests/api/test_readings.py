"""Readings: the casebook and eligibility at a past instant, the trail, measures, deviations, versions."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from subjects.models import Subject
from tests.api.acts import INFUSION, closed, form, with_event, with_scores
from tests.api.calling import TRIAL, Caller, problem
from tests.factories import (
    BASELINE,
    DAY1,
    MGADL,
    Cast,
    attended,
    captured,
    confirmed,
    enrolled,
    nct_definition,
    screened,
    screening_done,
)

SUBJECT = f"{TRIAL}/subjects/S001"
FORM = f"{SUBJECT}/visits/INF1/forms/MGADL"


def stamp() -> str:
    return timezone.now().isoformat().replace("+00:00", "Z")


def scores(casebook: Any) -> dict[str, Any]:
    forms = [f for visit in casebook["visits"] for f in visit["forms"] if f["form"] == "MGADL"]
    return {f["visit"]: f["values"]["TALK"] for f in forms}


def test_casebook_is_what_was_known_at_the_instant(cast: Cast, coordinator: Caller, clock: Any) -> None:
    with_scores(cast)
    clock.shift(60)
    before = stamp()
    as_it_was = coordinator.get(f"{SUBJECT}/casebook?at={before}").json()
    clock.shift(60)
    coordinator.change(FORM, form(MGADL | {"TALK": 3}, reason="misread"), '"1"')
    coordinator.create(f"{SUBJECT}/visits/INF1/infusion", INFUSION)
    assert coordinator.get(f"{SUBJECT}/casebook?at={before}").json() == as_it_was
    now = coordinator.get(f"{SUBJECT}/casebook").json()
    assert (scores(as_it_was)["INF1"], scores(now)["INF1"]) == (2, 3)
    infused = [[v["visit"] for v in known["visits"] if v["infusion"]] for known in (as_it_was, now)]
    assert infused == [[], ["INF1"]]


def test_casebook_says_what_the_single_addresses_say(cast: Cast, coordinator: Caller) -> None:
    with_event(cast)
    coordinator.post(f"{SUBJECT}/logs/CM", form({"CMTRT": "Ibuprofen"}))
    casebook = coordinator.get(f"{SUBJECT}/casebook").json()
    subject = coordinator.get(SUBJECT).json()
    assert {name: subject[name] for name in casebook["subject"]} == casebook["subject"]
    assert casebook["logs"] == coordinator.get(f"{SUBJECT}/logs/CM").json()["results"]
    assert casebook["consents"] == coordinator.get(f"{SUBJECT}/consents").json()["results"]
    event = coordinator.get(f"{SUBJECT}/adverse-events/1").json()
    assert casebook["adverse_events"] == [{k: v for k, v in event.items() if k != "treatment_emergent"}]
    visits = coordinator.get(f"{SUBJECT}/visits").json()["results"]
    assert [v["visit"] for v in casebook["visits"]] == [v["visit"] for v in visits]


def test_casebook_of_the_future_or_before_screening_is_refused(
    screened_subject: Subject, reader: Caller
) -> None:
    problem(reader.get(f"{SUBJECT}/casebook?at=2126-01-01T00:00:00Z"), 400, "invalid-parameter")
    problem(reader.get(f"{SUBJECT}/casebook?at=2020-01-01T00:00:00Z"), 404, "not-found")
    for text in ("2026-03-02", "2026-03-02T09:30", "0001-01-01T00:00:00%2B14:00", "yesterday"):
        problem(reader.get(f"{SUBJECT}/casebook?at={text}"), 400, "invalid-parameter")


def test_eligibility_names_the_values_it_rests_on(cast: Cast, investigator: Caller) -> None:
    screening_done(cast)
    answer = investigator.get(f"{SUBJECT}/eligibility?stage=screening").json()
    criteria = {criterion["criterion"]: criterion for criterion in answer["criteria"]}
    assert (answer["overall"], criteria["INC-01"]["outcome"]) == ("pending", "met")
    assert criteria["INC-01"]["inputs"]["SCR.DM.BRTHDAT"] == "1978-07-19"
    assert criteria["INC-05"]["outcome"] == "unknown"


def test_eligibility_is_told_as_it_was(cast: Cast, investigator: Caller, clock: Any) -> None:
    screening_done(cast)
    clock.shift(60)
    before = stamp()
    clock.shift(60)
    investigator.create(f"{SUBJECT}/eligibility/judgements/EXC-07", {"applies": True, "comment": "too frail"})
    path = f"{SUBJECT}/eligibility"
    assert investigator.get(path).json()["overall"] == "ineligible"
    assert investigator.get(f"{path}?at={before}").json()["overall"] == "pending"


def test_confirmation_keeps_the_evaluation(cast: Cast, reader: Caller) -> None:
    confirmed(cast)
    (decision,) = reader.get(f"{SUBJECT}/eligibility/confirmation").json()["results"]
    assert decision["evaluation"]["overall"] == "eligible"
    assert len(decision["evaluation"]["criteria"]) == 15


def test_trail_names_records_as_people_do(cast: Cast, coordinator: Caller, monitor: Caller) -> None:
    with_scores(cast)
    coordinator.change(FORM, form(MGADL | {"TALK": 3}, reason="misread"), '"1"')
    entries = monitor.get(f"{SUBJECT}/audit?limit=500").json()["results"]
    latest = entries[0]
    assert (latest["record"], latest["reason"], latest["channel"]) == ("assessment", "misread", "api")
    changes = {change["field"]: (change["old"], change["new"]) for change in latest["changes"]}
    assert changes["values.TALK"] == (2, 3)
    assert changes["derived.TOTAL"] == (11, 12)
    created = [e for e in entries if e["record"] == "assessment" and e["kind"] == "created"][0]
    pointed = {change["field"]: change["new"] for change in created["changes"]}
    assert (pointed["visit"], pointed["version"]) == ("INF1", "1.0")
    of_subject = [change for entry in entries if entry["record"] == "subject" for change in entry["changes"]]
    assert [change["new"] for change in of_subject if change["field"] == "place"] == [1]


def test_measures_are_null_where_nothing_is_known(cast: Cast, reader: Caller) -> None:
    screened(cast)
    course = reader.get(f"{SUBJECT}/measures").json()["results"][0]
    assert (course["baseline"], course["points"], course["sustained"]) == (None, [], None)


def test_visit_out_of_its_window_is_a_deviation(cast: Cast, coordinator: Caller) -> None:
    subject = enrolled(cast)
    attended(cast, subject, "INF1", DAY1)
    coordinator.create(f"{SUBJECT}/visits/INF1/infusion", INFUSION)
    late = DAY1 + timedelta(days=18)
    answer = coordinator.post(f"{SUBJECT}/visits/INF2/attendance", {"on": str(late)}).json()
    assert (answer["window_status"], answer["actual_date"]) == ("out-late", str(late))
    (deviation,) = coordinator.get(f"{TRIAL}/deviations?subject=S001&state=open").json()["results"]
    assert (deviation["kind"], deviation["visit"]) == ("out-of-window", "INF2")
    assert deviation["facts"]["offset_days"] == 4


def test_unscheduled_visits_are_counted(cast: Cast, coordinator: Caller) -> None:
    enrolled(cast)
    for number in (1, 2):
        made = coordinator.post(f"{SUBJECT}/visits", {"event": "UNS", "on": str(DAY1)})
        assert made.json()["visit"] == f"UNS{number}"
        assert coordinator.get(made["Location"]).status_code == 200
    problem(coordinator.post(f"{SUBJECT}/visits", {"event": "INF1", "on": str(DAY1)}), 404, "not-found")


def test_dates_and_times_are_never_shifted(cast: Cast, coordinator: Caller) -> None:
    screened(cast)
    just_after_midnight = {
        "icf_version": "1.0",
        "signed_at": "2026-02-02T00:30:00+08:00",
        "obtained_by": "Dr Li",
    }
    consent = coordinator.post(f"{SUBJECT}/consents", just_after_midnight).json()
    assert (consent["signed_at"], consent["signed_on"]) == ("2026-02-01T16:30:00Z", "2026-02-02")


def test_version_is_served_as_it_was_published(reader: Caller) -> None:
    response = reader.get(f"{TRIAL}/versions/1.0")
    canonical = json.dumps(response.json(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    (listed,) = reader.get(f"{TRIAL}/versions").json()["results"]
    assert (response["ETag"], listed["digest"]) == (f'"{digest}"', digest)
    assert reader.get(f"{TRIAL}/versions/1.0", **{"if-none-match": f'"{digest}"'}).status_code == 304
    problem(reader.get(f"{TRIAL}/versions/7.0"), 404, "not-found")


def test_every_form_has_its_schema(reader: Caller) -> None:
    for declared in nct_definition().forms:
        schema = reader.get(f"{TRIAL}/versions/1.0/forms/{declared.oid}/schema").json()
        assert list(schema["properties"]) == [item.oid for item in declared.items() if item.captured]
    problem(reader.get(f"{TRIAL}/versions/1.0/forms/NOSUCH/schema"), 404, "not-found")


def test_trial_says_what_the_caller_may_do(reader: Caller, coordinator: Caller) -> None:
    assert "subject.screen" in coordinator.get(TRIAL).json()["permissions"]
    assert reader.get(TRIAL).json()["role"] == "read-only"
    assert [trial["trial"] for trial in reader.get("/api/v1/trials").json()["results"]] == ["NCT07243366"]


def test_subject_shows_demography_and_what_comes_next(cast: Cast, reader: Caller) -> None:
    enrolled(cast)
    subject = reader.get(SUBJECT).json()
    assert subject["demography"] == {"BRTHDAT": "1978-07-19", "SEX": "F", "AGE": 47}
    assert subject["visits"]["next"]["visit"] == "INF1"
    screened(cast)
    assert reader.get(f"{TRIAL}/subjects/S002").json()["demography"] is None


def test_query_tells_its_conversation(cast: Cast, reader: Caller) -> None:
    closed(cast)
    query = reader.get(f"{TRIAL}/queries/1").json()
    assert [(turn["state"], turn["words"]) for turn in query["conversation"]] == [
        ("open", "Is this right?"),
        ("answered", "Yes."),
        ("closed", ""),
    ]


def test_query_about_an_item_of_a_form(cast: Cast, monitor: Caller) -> None:
    with_scores(cast)
    asked = {"subject": "S001", "visit": "INF1", "form": "MGADL", "item": "TALK", "text": "Source says 1."}
    query = monitor.post(f"{TRIAL}/queries", asked).json()
    assert (query["visit"], query["form"], query["item"], query["origin"]) == (
        "INF1",
        "MGADL",
        "TALK",
        "monitor",
    )
    refused = monitor.post(f"{TRIAL}/queries", asked | {"form": "QMG"})
    assert problem(refused, 422, "invalid-values")["errors"][0]["code"] == "not-captured"


@pytest.mark.parametrize("path", ["", "/visits", "/casebook", "/eligibility", "/logs/CM", "/measures"])
def test_administrator_reads_no_subject(path: str, screened_subject: Subject, callers: Any) -> None:
    from trials.rules.roles import Role

    problem(callers(Role.ADMINISTRATOR).get(SUBJECT + path), 403, "permission-missing")


def test_baseline_scores_are_read_through_the_visit(cast: Cast, reader: Caller) -> None:
    subject = screening_done(cast)
    captured(cast, subject, "BL", "VS", {"VSTPT": "PRE"}, complete=False)
    visit = reader.get(f"{SUBJECT}/visits/BL").json()
    assert (visit["actual_date"], visit["infused"]) == (str(BASELINE), False)
    assert {f["form"]: f["state"] for f in visit["forms"]}["VS"] == "incomplete"
