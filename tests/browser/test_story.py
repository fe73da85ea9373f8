"""The whole story of one subject, through the pages alone: what people do in 24 weeks, in one sitting."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from assessments.models import Assessment
from subjects.models import Subject
from tests.browser.people import Person
from tests.factories import BASELINE, DAY1, MGADL, SCREENED, demography, diagnosis, nct_definition
from trials.rules.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SUBJECT = "subjects/S001/"
MISSED = 4
INFUSIONS = 12
EOT = DAY1 + timedelta(days=168)


def mgadl(better_by: int) -> dict[str, object]:
    """The scores of baseline, better by so many points."""
    scores = dict(MGADL)
    for item in scores:
        relief = min(scores[item], better_by)
        scores[item] -= relief
        better_by -= relief
    return {"MGRATER": "INTERVIEWER", **scores}


def qmg(on: date, arm: int = 90) -> dict[str, object]:
    return {
        "QMRATER": "R-07",
        "QMSTDTM": f"{on}T09:00",
        "ACHEI": "N",
        "DIPL": "ONSET",
        "DIPLS": 20,
        "PTOSIS": "NONE",
        "FACE": 1,
        "SWALLOW": 1,
        "SPEECH": "NONE",
        "ARMR": arm,
        "ARML": arm,
        "FVCPCT": "72.5",
        "GRIPR": "25.4",
        "GRIPL": "22",
        "HAND": "RIGHT",
        "HEAD": 60,
        "LEGR": 50,
        "LEGL": 50,
    }


def vital_signs(on: date) -> dict[str, object]:
    signs = {"TEMP": "36.6", "PULSE": 76, "SYSBP": 122, "DIABP": 78, "RESP": 16, "OXYSAT": 98}
    return {"VSTPT": "PRE", "VSDTM": f"{on}T09:30"} | signs


def test_story_of_a_subject(come_in):
    coordinator, investigator = come_in(Role.COORDINATOR), come_in(Role.INVESTIGATOR)
    screen(coordinator)
    assess_before_treatment(coordinator)
    confirm(investigator)
    enrol(coordinator)
    for number in range(1, INFUSIONS + 1):
        infuse(coordinator, number)
    record_adverse_event(coordinator)
    correct_a_score(coordinator)
    end_treatment(coordinator)
    read_the_casebook(investigator)
    read_the_trail(investigator)
    the_record_holds_it_all()


def screen(person: Person) -> None:
    person.act("subjects/screen/", {"screened_on": SCREENED}, "Start screening")
    expect(person.page.locator("h1")).to_have_text("S001")
    consent = {"signed_at": f"{SCREENED}T08:30", "obtained_by": "Dr Li"}
    person.act(f"{SUBJECT}consent/", consent, "Record consent")


def attend(person: Person, visit: str, on: date) -> None:
    person.act(f"{SUBJECT}visits/{visit}/", {"on": on}, "Record attendance")


def capture(person: Person, visit: str, form: str, values: dict[str, object]) -> None:
    person.capture(f"{SUBJECT}visits/{visit}/forms/{form}/", values)


def assess_before_treatment(person: Person) -> None:
    attend(person, "SCR", SCREENED)
    capture(person, "SCR", "DM", demography("F"))
    for visit, on in (("SCR", SCREENED), ("BL", BASELINE)):
        if visit == "BL":
            attend(person, "BL", on)
        capture(person, visit, "MGDX", diagnosis(on))
        capture(person, visit, "MGADL", mgadl(0))
        capture(person, visit, "QMG", qmg(on))
        capture(person, visit, "VS", vital_signs(on) | {"VSTPT": "VISIT"})


def confirm(person: Person) -> None:
    person.go(f"{SUBJECT}eligibility/?stage=enrolment")
    for criterion in nct_definition().criteria:
        if criterion.is_judgement:
            passed = "Met" if criterion.kind == "inclusion" else "Absent"
            person.page.locator(f"#{criterion.oid}").get_by_role("button", name=passed, exact=True).click()
            person.is_told()
    expect(person.page.get_by_text("all criteria passed")).to_be_visible()
    person.answer({"eligible": "yes", "on": BASELINE})
    person.press("Confirm")
    person.is_told()


def enrol(person: Person) -> None:
    person.act(f"{SUBJECT}enrolment/", {"enrolled_on": BASELINE, "day1": DAY1}, "Enrol")
    expect(person.page.get_by_text("INF12")).to_be_visible()


def infuse(person: Person, number: int) -> None:
    visit, on = f"INF{number}", DAY1 + timedelta(days=14 * (number - 1))
    if number == MISSED:
        person.go(f"{SUBJECT}visits/{visit}/")
        person.page.get_by_text("Record as missed").first.click()
        person.page.locator("details[open] textarea[name=reason]").fill("A cold; stayed at home.")
        person.press("Record as missed")
        person.is_told()
        return
    attend(person, visit, on)
    capture(person, visit, "MGADL", mgadl(min(number, 6)))
    if number % 2:
        capture(person, visit, "QMG", qmg(on, arm=90 + 12 * number))
    if number == 1:
        capture(person, visit, "VS", vital_signs(on))
    given = {"lot": f"LOT-{number}", "dose": "1", "started_at": f"{on}T10:00", "stopped_at": f"{on}T10:40"}
    person.act(f"{SUBJECT}visits/{visit}/infusion/", given, "Save")


def record_adverse_event(person: Person) -> None:
    event = {
        "term": "Fever after the infusion",
        "start_date": DAY1,
        "end_date": DAY1 + timedelta(days=1),
        "aware_at": f"{DAY1}T18:00",
        "grade": 3,
        "serious": "yes",
        "hospitalisation": "on",
        "caused_by_product": "POSSIBLY RELATED",
        "infusion_visit": "INF1",
        "action_taken": "DOSE NOT CHANGED",
        "outcome": "RECOVERED/RESOLVED",
    }
    person.act(f"{SUBJECT}adverse-events/new/", event, "Save")
    expect(person.page.get_by_role("cell", name="serious")).to_be_visible()


def correct_a_score(person: Person) -> None:
    person.go(f"{SUBJECT}visits/INF2/forms/MGADL/")
    expect(person.page.locator("[name=reason]")).to_have_count(0)
    person.answer({"DIPL": 3}, prefix="v-")
    expect(person.page.locator("[name=reason]")).to_be_visible()
    person.press("Save as complete")
    expect(person.page.get_by_text("a reason is required")).to_be_visible()
    person.answer({"reason": "misread the paper form"})
    person.press("Save as complete")
    person.is_told()


def end_treatment(person: Person) -> None:
    attend(person, "EOT", EOT)
    capture(person, "EOT", "MGADL", mgadl(7))
    capture(person, "EOT", "QMG", qmg(EOT, arm=240))


def read_the_casebook(person: Person) -> None:
    person.go(SUBJECT)
    page = person.page
    expect(page.get_by_role("heading", name="MG-ADL total")).to_be_visible()
    expect(page.get_by_text("sustained response", exact=True).first).to_be_visible()
    expect(page.get_by_role("row", name="missed INF4").get_by_role("cell", name="missed")).to_be_visible()
    expect(page.get_by_text("1. Fever after the infusion")).to_be_visible()
    expect(page.get_by_text("Visit missed")).to_be_visible()


def read_the_trail(person: Person) -> None:
    person.go(f"{SUBJECT}audit/?words=misread+the+paper+form")
    line = person.page.locator("table.trail > tbody > tr")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("INF2 MGADL")
    expect(line.locator("del").first).to_be_visible()


def the_record_holds_it_all() -> None:
    subject = Subject.objects.get(code="S001")
    assert (subject.state, subject.day1, subject.enrolment_number) == ("enrolled", DAY1, 1)
    assert subject.infusions.count() == INFUSIONS - 1
    scores = Assessment.objects.filter(subject=subject, form="MGADL").order_by("visit__order")
    assert [score.derived["TOTAL"] for score in scores] == [11, 11, 10, 10, 8, 6, 5, 5, 5, 5, 5, 5, 5, 4]
    assert [d.kind for d in subject.deviations.all()] == ["missed-visit"]
    assert subject.adverse_events.get().is_sae
