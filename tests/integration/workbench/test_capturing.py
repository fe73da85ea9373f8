"""Filling in a form: judged live by the capture rules, saved whole, refused with nothing lost."""

import re

import pytest
from django.test import Client

from assessments.models import Assessment
from tests.factories import MGADL, captured
from tests.workbench_story import INF2, Story, attend_second_infusion, clock, url
from trials.rules.roles import Role

TYPED = {f"v-{item}": str(value) for item, value in MGADL.items()}


@pytest.fixture
def coordinator(browser_of) -> Client:
    return browser_of(Role.COORDINATOR)


def form(story: Story, visit: str, oid: str) -> str:
    return url("visit-form", story.cast.trial.code, story.treated.code, visit, oid)


def part(page: str, name: str) -> str:
    """The element of that id, as far as the next element with one."""
    found = re.search(rf'id="{name}".*?(?= id="[qn]-| id="tally"|$)', page, re.DOTALL)
    return found[0] if found else ""


def seen(page: str) -> dict[str, str]:
    """What the page says that it shows, as the browser sends it back."""
    return dict(re.findall(r'name="(seen-\w+)" value="([^"]*)"', page))


class TestLivePreview:
    def test_total_appears_with_the_last_answer(self, story, coordinator):
        attend_second_infusion(story)
        address = form(story, "INF2", "MGADL")
        most = {name: value for name, value in TYPED.items() if name != "v-PTOS"}
        before = coordinator.post(address + "preview/", most).text
        after = coordinator.post(address + "preview/", TYPED).text
        assert "<b>11</b>" not in part(before, "q-TOTAL")
        assert "<b>11</b>" in part(after, "q-TOTAL")
        assert "8 of 9 answered" in part(after, "tally")

    def test_nothing_is_stored(self, story, coordinator):
        attend_second_infusion(story)
        coordinator.post(form(story, "INF2", "MGADL") + "preview/", TYPED)
        assert not story.treated.assessments.filter(visit__name="INF2").exists()

    def test_item_appears_when_it_applies_and_is_not_sent_again(self, story, coordinator):
        attend_second_infusion(story)
        address = form(story, "INF1", "QMG")
        page = coordinator.get(address).text
        assert 'id="v-DIPLS"' not in page
        typed = {"v-DIPL": "ONSET"}
        shown = coordinator.post(address + "preview/", typed | seen(page)).text
        assert 'id="v-DIPLS"' in part(shown, "q-DIPLS")
        again = coordinator.post(address + "preview/", typed | seen(page) | seen(shown)).text
        assert 'id="q-DIPLS"' not in again

    def test_value_out_of_range_is_told_at_the_item(self, story, coordinator):
        address = form(story, "INF1", "VS")
        page = coordinator.get(address).text
        answer = coordinator.post(address + "preview/", {"v-TEMP": "99"} | seen(page))
        assert "is outside 25–45 °C" in part(answer.text, "n-TEMP")

    def test_reason_is_asked_for_once_a_saved_value_is_changed(self, story, coordinator):
        address = form(story, "INF1", "MGADL")
        page = coordinator.get(address).text
        same = coordinator.post(address + "preview/", TYPED | seen(page)).text
        changed = coordinator.post(address + "preview/", TYPED | {"v-TALK": "3"} | seen(page)).text
        assert 'name="reason"' not in page + same
        assert 'name="reason"' in changed

    def test_preview_is_refused_to_a_reader(self, story, browser_of):
        address = form(story, "INF1", "MGADL") + "preview/"
        assert browser_of(Role.READ_ONLY).post(address, TYPED).status_code == 403


class TestRefusedSave:
    def test_change_without_a_reason_keeps_what_was_typed(self, story, coordinator):
        answer = coordinator.post(form(story, "INF1", "MGADL"), TYPED | {"v-TALK": "3", "revision": "1"})
        assert answer.status_code == 422
        assert 'name="v-TALK" value="3" checked' in answer.text
        assert "a reason is required" in part(answer.text, "reason")
        assert stored(story, "MGADL").values["TALK"] == 2

    def test_change_with_a_reason_is_saved_with_it(self, story, coordinator):
        typed = TYPED | {"v-TALK": "3", "revision": "1", "reason": "misread the sheet"}
        assert coordinator.post(form(story, "INF1", "MGADL"), typed).status_code == 302
        changed = stored(story, "MGADL")
        assert (changed.values["TALK"], changed.revision) == (3, 2)
        assert changed.history.first().history_change_reason == "misread the sheet"

    def test_stale_edit_names_who_and_shows_both_values(self, story, coordinator):
        captured(
            story.cast, story.treated, "INF1", "MGADL", MGADL | {"TALK": 0},
            complete=False, expected_revision=1, reason="asked again", by=story.cast.investigator,
        )  # fmt: skip
        typed = TYPED | {"v-TALK": "3", "revision": "1", "reason": "misread the sheet"}
        answer = coordinator.post(form(story, "INF1", "MGADL"), typed)
        assert answer.status_code == 412
        assert story.cast.investigator.username in answer.text
        assert 'name="v-TALK" value="3" checked' in answer.text
        assert "Stored meanwhile:" in part(answer.text, "q-TALK")
        assert "<b>0</b>" in part(answer.text, "q-TALK")
        assert "Stored meanwhile:" not in part(answer.text, "q-CHEW")
        assert stored(story, "MGADL").values["TALK"] == 0

    def test_stale_edit_can_be_saved_on_top_by_decision(self, story, coordinator):
        captured(
            story.cast, story.treated, "INF1", "MGADL", MGADL | {"TALK": 0},
            complete=False, expected_revision=1, reason="asked again",
        )  # fmt: skip
        typed = TYPED | {"v-TALK": "3", "revision": "1", "reason": "misread the sheet"}
        page = coordinator.post(form(story, "INF1", "MGADL"), typed).text
        revision = re.search(r'name="revision" value="(\d+)"', page)[1]
        answer = coordinator.post(form(story, "INF1", "MGADL"), typed | {"revision": revision})
        assert answer.status_code == 302
        assert stored(story, "MGADL").values["TALK"] == 3

    def test_form_captured_by_somebody_else_meanwhile_is_not_overwritten(self, story, coordinator):
        answer = coordinator.post(form(story, "INF1", "MGADL"), {"v-TALK": "3", "revision": ""})
        assert answer.status_code == 409
        assert "captured already" in answer.text
        assert stored(story, "MGADL").values == MGADL

    def test_incomplete_form_is_not_taken_for_complete(self, story, coordinator):
        attend_second_infusion(story)
        answer = coordinator.post(form(story, "INF2", "MGADL"), {"v-TALK": "1", "complete": "yes"})
        assert answer.status_code == 422
        assert "Fill this in" in part(answer.text, "n-CHEW")
        assert not story.treated.assessments.filter(visit__name="INF2").exists()

    def test_value_with_a_reason_for_none_is_not_guessed_about(self, story, coordinator):
        attend_second_infusion(story)
        answer = coordinator.post(form(story, "INF2", "MGADL"), {"v-TALK": "1", "nd-TALK": "REFUSED"})
        assert answer.status_code == 422
        assert "keep one of them" in part(answer.text, "n-TALK")

    @pytest.mark.parametrize(
        ("typed", "words"),
        [("abc", "A number is needed here."), ("36,5", "A number is needed here."), ("1e9", "outside")],
    )
    def test_text_that_is_no_value_stays_to_be_mended(self, story, coordinator, typed, words):
        answer = coordinator.post(form(story, "INF1", "VS"), {"v-TEMP": typed, "revision": "1"})
        assert answer.status_code == 422
        assert f'value="{typed}"' in part(answer.text, "q-TEMP")
        assert words in part(answer.text, "n-TEMP")


class TestSoftFinding:
    def test_finding_is_asked_about_beside_the_item(self, story, coordinator):
        page = coordinator.get(form(story, "INF1", "VS")).text
        assert 'name="override-TEMP-RANGE"' in part(page, "n-TEMP")

    def test_reason_for_the_value_answers_the_finding(self, story, coordinator):
        typed = {"v-TEMP": "38.4", "override-TEMP-RANGE": "measured twice", "revision": "1"}
        assert coordinator.post(form(story, "INF1", "VS"), typed).status_code == 302
        assert stored(story, "VS").overrides == {"TEMP-RANGE": "measured twice"}
        assert story.treated.queries.get().state == "closed"

    def test_override_of_a_finding_that_is_gone_is_dropped(self, story, coordinator):
        typed = {"v-TEMP": "36.6", "override-TEMP-RANGE": "measured twice", "revision": "1", "reason": "typo"}
        assert coordinator.post(form(story, "INF1", "VS"), typed).status_code == 302
        assert stored(story, "VS").overrides == {}


def test_time_typed_at_the_site_gets_the_sites_offset(story, coordinator):
    attend_second_infusion(story)
    typed = {"v-VSDTM": clock(INF2, "09:30")}
    assert coordinator.post(form(story, "INF2", "VS"), typed).status_code == 302
    captured_at = story.treated.assessments.get(visit__name="INF2").values["VSDTM"]
    assert captured_at == "2026-03-16T09:30+08:00"
    assert f'value="{clock(INF2, "09:30")}"' in coordinator.get(form(story, "INF2", "VS")).text


def test_same_form_again_leaves_no_history(story, coordinator):
    before = stored(story, "MGADL").history.count()
    assert coordinator.post(form(story, "INF1", "MGADL"), TYPED | {"revision": "1"}).status_code == 302
    assert stored(story, "MGADL").history.count() == before


def test_form_that_the_visit_does_not_have_is_not_found(story, coordinator):
    assert coordinator.get(form(story, "INF1", "DM")).status_code == 404
    assert coordinator.get(form(story, "INF1", "NOSUCH")).status_code == 404
    assert coordinator.get(form(story, "INF99", "MGADL")).status_code == 404


def test_form_that_does_not_repeat_has_no_second(story, coordinator):
    address = url("visit-form-again", story.cast.trial.code, story.treated.code, "INF1", "MGADL", 2)
    assert coordinator.get(address).status_code == 404


def stored(story: Story, oid: str) -> Assessment:
    return story.treated.assessments.get(visit__name="INF1", form=oid)
