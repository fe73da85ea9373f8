"""One subject's whole way through the trial, by HTTP alone: screening to end of treatment."""

from datetime import date, timedelta
from typing import Any

from tests.api.calling import TRIAL, Caller, problem
from tests.factories import BASELINE, DAY1, MGADL, SCREENED, at, demography, diagnosis

SUBJECT = f"{TRIAL}/subjects/S001"
VERSION = "1.0"
MISSED = 7
RATED = MGADL | {"MGRATER": "SELF"}


def qmg(on: date) -> dict[str, Any]:
    """Weak arms and legs, weaker than half a year later."""
    weak = on < DAY1 + timedelta(days=60)
    return {
        "QMRATER": "R1", "QMSTDTM": at(on, "09:15").isoformat(), "ACHEI": "N", "HAND": "RIGHT",
        "DIPL": "ONSET", "DIPLS": 20, "PTOSIS": "NONE", "FACE": 1, "SWALLOW": 0, "SPEECH": "NONE",
        "ARMR": 60 if weak else 200, "ARML": 60 if weak else 200, "FVCPCT": 72.5, "GRIPR": 20, "GRIPL": 18,
        "HEAD": 40, "LEGR": 25 if weak else 80, "LEGL": 25 if weak else 80,
    }  # fmt: skip


def form(values: dict[str, Any], *, complete: bool = False, **more: Any) -> dict[str, Any]:
    return {"version": VERSION, "values": values, "complete": complete} | more


def done(response: Any, status: int) -> Any:
    assert response.status_code == status, response.content.decode()
    return response.json()


def test_story(coordinator: Caller, investigator: Caller, monitor: Caller) -> None:
    screen(coordinator)
    judge_and_confirm(investigator)
    enrol(coordinator)
    for number in range(1, 13):
        treat(coordinator, number)
    correct_a_score(coordinator)
    report_an_event(coordinator)
    finish(coordinator)
    read_it_all(monitor)


def screen(coordinator: Caller) -> None:
    body = {"site": "01", "screened_on": str(SCREENED)}
    assert done(coordinator.post(f"{TRIAL}/subjects", body), 201)["subject"] == "S001"
    consent = {"icf_version": "1.0", "signed_at": at(SCREENED).isoformat(), "obtained_by": "Dr Li"}
    done(coordinator.post(f"{SUBJECT}/consents", consent), 201)
    attend(coordinator, "SCR", SCREENED)
    done(create_form(coordinator, "SCR", "DM", demography("F"), complete=True), 201)
    done(create_form(coordinator, "SCR", "MGDX", diagnosis(SCREENED), complete=True), 201)
    done(create_form(coordinator, "SCR", "MGADL", RATED, complete=True), 201)
    attend(coordinator, "BL", BASELINE)
    done(create_form(coordinator, "BL", "MGDX", diagnosis(BASELINE), complete=True), 201)
    scored = done(create_form(coordinator, "BL", "MGADL", RATED, complete=True), 201)
    assert scored["derived"]["TOTAL"] == 11
    scored = done(create_form(coordinator, "BL", "QMG", qmg(BASELINE), complete=True), 201)
    assert scored["derived"]["TOTAL"] == 14


def attend(coordinator: Caller, visit: str, on: date) -> None:
    answer = done(coordinator.post(f"{SUBJECT}/visits/{visit}/attendance", {"on": str(on)}), 200)
    assert answer["state"] == "attended"


def create_form(caller: Caller, visit: str, name: str, values: dict[str, Any], **more: Any) -> Any:
    return caller.create(f"{SUBJECT}/visits/{visit}/forms/{name}", form(values, **more))


def judge_and_confirm(investigator: Caller) -> None:
    criteria = done(investigator.get(f"{SUBJECT}/eligibility"), 200)["criteria"]
    for criterion in criteria:
        if criterion["rule"] is None:
            body = {"applies": criterion["kind"] == "inclusion"}
            path = f"{SUBJECT}/eligibility/judgements/{criterion['criterion']}"
            done(investigator.create(path, body), 201)
    assert done(investigator.get(f"{SUBJECT}/eligibility"), 200)["overall"] == "eligible"
    body = {"stage": "enrolment", "eligible": True, "on": str(BASELINE)}
    done(investigator.post(f"{SUBJECT}/eligibility/confirmation", body), 201)


def enrol(coordinator: Caller) -> None:
    body = {"enrolled_on": str(BASELINE), "day1": str(DAY1)}
    assert done(coordinator.post(f"{SUBJECT}/enrolment", body), 201)["enrolment_number"] == 1


def treat(coordinator: Caller, number: int) -> None:
    visit, day = f"INF{number}", DAY1 + timedelta(days=14 * (number - 1))
    if number == MISSED:
        body = {"reason": "subject had a cold"}
        done(coordinator.post(f"{SUBJECT}/visits/{visit}/absence", body), 200)
        return
    attend(coordinator, visit, day)
    better = RATED | {"TALK": 1, "SWAL": 1} if number > 2 else RATED
    done(create_form(coordinator, visit, "MGADL", better, complete=True), 201)
    if number % 2:
        done(create_form(coordinator, visit, "QMG", qmg(day), complete=True), 201)
    body = {
        "lot": "LOT-001",
        "dose": 1,
        "dose_unit": "bag",
        "started_at": at(day, "10:00").isoformat(),
        "stopped_at": at(day, "10:40").isoformat(),
    }
    done(coordinator.create(f"{SUBJECT}/visits/{visit}/infusion", body), 201)


def correct_a_score(coordinator: Caller) -> None:
    path = f"{SUBJECT}/visits/INF2/forms/MGADL"
    tag = coordinator.get(path)["ETag"]
    body = form(RATED | {"CHEW": 2}, complete=True, reason="transcription error")
    corrected = coordinator.change(path, body, tag)
    assert done(corrected, 200)["derived"]["TOTAL"] == 12
    problem(coordinator.change(path, form(RATED, reason="again"), tag), 412, "stale-edit")


def report_an_event(coordinator: Caller) -> None:
    body = {
        "term": "Headache",
        "start_date": "2026-03-10",
        "end_date": "2026-03-12",
        "grade": 2,
        "serious": False,
        "action_taken": "DOSE NOT CHANGED",
        "outcome": "RECOVERED/RESOLVED",
        "infusion_visit": "INF1",
        "aware_at": "2026-03-10T15:00:00+08:00",
    }
    event = done(coordinator.post(f"{SUBJECT}/adverse-events", body), 201)
    assert (event["number"], event["treatment_emergent"]) == (1, True)


def finish(coordinator: Caller) -> None:
    last = DAY1 + timedelta(days=168)
    attend(coordinator, "EOT", last)
    done(
        create_form(coordinator, "EOT", "MGADL", RATED | {"TALK": 0, "SWAL": 0, "DIPL": 0}, complete=True),
        201,
    )
    done(create_form(coordinator, "EOT", "QMG", qmg(last), complete=True), 201)
    body = {"event": "completed", "on": str(last)}
    assert done(coordinator.post(f"{SUBJECT}/disposition", body), 201)["state"] == "completed"


def read_it_all(monitor: Caller) -> None:
    visits = done(monitor.get(f"{SUBJECT}/visits"), 200)["results"]
    states = {visit["visit"]: visit["state"] for visit in visits}
    assert (states["INF1"], states[f"INF{MISSED}"], states["EOT"]) == ("attended", "missed", "attended")
    deviations = done(monitor.get(f"{TRIAL}/deviations?subject=S001"), 200)["results"]
    assert [(d["kind"], d["visit"]) for d in deviations] == [("missed-visit", f"INF{MISSED}")]
    course = done(monitor.get(f"{SUBJECT}/measures"), 200)["results"][0]
    assert (course["measure"], course["baseline"], course["sustained"]) == ("MGADL", 11, True)
    assert course["points"][-1] | {"on": ""} == {
        "visit": "EOT",
        "on": "",
        "score": 5,
        "change": 6,
        "responder": True,
    }
    trail = done(monitor.get(f"{SUBJECT}/audit?limit=500"), 200)["results"]
    corrections = [e for e in trail if e["reason"] == "transcription error"]
    assert corrections[0]["changes"][-1] | {"label": ""}
    casebook = done(monitor.get(f"{SUBJECT}/casebook"), 200)
    assert len([v for v in casebook["visits"] if v["infusion"]]) == 11
