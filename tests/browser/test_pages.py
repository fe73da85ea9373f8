"""What only a browser shows: answers judged while they are given, and pages that fit the screen."""

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person
from tests.factories import MGADL, Cast, attended, captured, enrolled, screening_done
from tests.workbench_story import tell
from trials.rules.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

INF1 = "subjects/S001/visits/INF1/"
WIDTHS = [820, 1280]


@pytest.fixture
def infusion_day(cast: Cast):
    subject = enrolled(cast)
    attended(cast, subject, "INF1", subject.day1)
    return subject


def test_total_follows_every_answer(come_in, infusion_day):
    person = come_in(Role.COORDINATOR)
    person.go(f"{INF1}forms/MGADL/")
    tally = person.page.locator("#tally")
    person.answer(dict(list(MGADL.items())[:-1]), prefix="v-")
    expect(tally).to_contain_text("7 of 9 answered")
    expect(tally.locator("b")).to_have_text("–")
    person.answer({"PTOS": 1}, prefix="v-")
    expect(tally.locator("b")).to_have_text("11")
    person.answer({"PTOS": 3}, prefix="v-")
    expect(tally.locator("b")).to_have_text("13")


def test_answer_is_taken_back_by_pressing_it_again(come_in, infusion_day):
    person = come_in(Role.COORDINATOR)
    person.go(f"{INF1}forms/MGADL/")
    person.answer({"TALK": 1}, prefix="v-")
    expect(person.page.locator("#tally")).to_contain_text("1 of 9 answered")
    person.page.locator('label:has([name="v-TALK"][value="1"])').click()
    expect(person.page.locator("#tally")).to_contain_text("0 of 9 answered")


def test_question_comes_and_goes_with_the_answer_it_depends_on(come_in, infusion_day):
    person = come_in(Role.COORDINATOR)
    person.go(f"{INF1}forms/QMG/")
    seconds = person.page.locator("#v-DIPLS")
    expect(seconds).to_have_count(0)
    person.answer({"DIPL": "ONSET"}, prefix="v-")
    expect(seconds).to_be_visible()
    person.answer({"DIPL": "NONE"}, prefix="v-")
    expect(seconds).to_have_count(0)


def test_value_out_of_range_is_told_before_it_is_saved(come_in, infusion_day):
    person = come_in(Role.COORDINATOR)
    person.go(f"{INF1}forms/VS/")
    person.answer({"TEMP": "99"}, prefix="v-")
    expect(person.page.locator("#n-TEMP .errors")).to_contain_text("outside")
    person.answer({"TEMP": "38.6"}, prefix="v-")
    expect(person.page.locator("#n-TEMP .errors")).to_have_count(0)
    expect(person.page.locator('[name="override-TEMP-RANGE"]')).to_be_visible()


def test_typing_goes_on_while_the_page_answers(come_in, infusion_day):
    person = come_in(Role.COORDINATOR)
    person.go(f"{INF1}forms/VS/")
    person.page.locator("#v-TEMP").press_sequentially("38.6", delay=350)
    expect(person.page.locator('[name="override-TEMP-RANGE"]')).to_be_visible()
    expect(person.page.locator("#v-TEMP")).to_have_value("38.6")
    expect(person.page.locator("#v-TEMP")).to_be_focused()


def test_second_of_two_who_save_the_same_form_loses_nothing(come_in, cast: Cast, infusion_day):
    captured(cast, infusion_day, "INF1", "MGADL", MGADL, complete=False)
    first, second = come_in(Role.COORDINATOR), come_in(Role.INVESTIGATOR)
    for person, value in ((first, 0), (second, 3)):
        person.go(f"{INF1}forms/MGADL/")
        person.answer({"TALK": value}, prefix="v-")
        person.answer({"reason": "asked again"})
    first.press("Save as incomplete")
    first.is_told()
    second.press("Save as incomplete")
    page = second.page
    expect(page.get_by_role("alert").first).to_contain_text(cast.coordinator.username)
    expect(page.locator("#q-TALK")).to_contain_text("Stored meanwhile: 0")
    expect(page.locator('[name="v-TALK"][value="3"]')).to_be_checked()
    second.press("Save as incomplete")
    second.is_told()


def test_switch_of_language_stays_on_the_page(come_in, infusion_day):
    person = come_in(Role.COORDINATOR)
    person.go(f"{INF1}forms/MGADL/")
    person.press("中文")
    expect(person.page.locator("h1")).to_contain_text("重症肌无力日常生活活动评分")
    person.press("English")
    expect(person.page.locator("h1")).to_contain_text("MG-ADL")


def test_form_is_filled_in_by_keyboard_alone(come_in, infusion_day):
    person = come_in(Role.COORDINATOR)
    person.go(f"{INF1}forms/MGADL/")
    keyboard = person.page.keyboard
    person.page.locator('[name="v-TALK"]').first.focus()
    keyboard.press("ArrowRight")
    expect(person.page.locator('[name="v-TALK"][value="1"]')).to_be_checked()
    keyboard.press("Delete")
    expect(person.page.locator('[name="v-TALK"]:checked')).to_have_count(0)


def test_what_is_not_saved_is_asked_about_before_leaving(come_in, infusion_day):
    person = come_in(Role.COORDINATOR)
    person.go(f"{INF1}forms/MGADL/")
    person.answer({"TALK": 1}, prefix="v-")
    with person.page.expect_event("dialog") as asked:
        person.page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_fit_the_screen(come_in, cast: Cast, width, language):
    tell(cast)
    person = come_in(Role.INVESTIGATOR, language=language, width=width)
    person.page.goto("/")
    demand_fit(person)
    for path in (
        "subjects/", "subjects/S001/", f"{INF1}", f"{INF1}forms/MGADL/", f"{INF1}forms/QMG/",
        f"{INF1}infusion/", "subjects/S002/eligibility/", "subjects/S001/adverse-events/1/",
        "subjects/S001/audit/", "subjects/S001/logs/CM/", "queries/", "deviations/", "notices/",
    ):  # fmt: skip
        person.go(path)
        demand_fit(person)


def demand_fit(person: Person) -> None:
    """Nothing makes the page itself wider than the screen, and what is pressed is 40 pixels high."""
    page = person.page
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    low = page.evaluate(
        """() => [...document.querySelectorAll("main .button, main button, .bar a, .bar button, main select")]
        .filter(control => control.offsetHeight && control.offsetHeight < 40)
        .map(control => control.outerHTML)"""
    )
    assert low == [], page.url


def test_screening_page_offers_the_investigator_to_judge(come_in, cast: Cast):
    screening_done(cast)
    person = come_in(Role.INVESTIGATOR)
    person.go("subjects/S001/eligibility/")
    person.page.locator("#INC-05").get_by_role("button", name="Met", exact=True).click()
    person.is_told()
    expect(person.page.locator("#INC-05 .verdict")).to_contain_text("met")
