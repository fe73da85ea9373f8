"""What the pages say: the trail, the criteria, the grid, the lists."""

import re

import pytest
from django.test import Client

from tests.factories import MGADL, captured
from tests.workbench_story import Story, url
from trials.rules.roles import Role
from visits.actions.attendance import record_absence
from visits.models import Visit


@pytest.fixture
def monitor(browser_of) -> Client:
    return browser_of(Role.MONITOR)


def rows(page: str) -> list[str]:
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in page.split("<tr>")[1:]]


class TestTrail:
    @pytest.fixture
    def corrected(self, story: Story) -> str:
        captured(
            story.cast, story.treated, "INF1", "MGADL", MGADL | {"TALK": 3},
            complete=False, expected_revision=1, reason="misread the sheet",
        )  # fmt: skip
        return url("audit", story.cast.trial.code, story.treated.code)

    def test_change_says_who_why_through_what_and_from_what_to_what(self, story, monitor, corrected):
        [line] = rows(monitor.get(corrected, {"words": "misread the sheet"}).text)[1:]
        assert story.cast.coordinator.username in line
        assert "Clinical research coordinator · web page" in line
        assert "Assessment INF1 MGADL" in line
        assert (
            "Talking Constant slurred or nasal speech, but understandable → Speech hard to understand" in line
        )
        assert "Total (0–24) 11 → 12" in line
        assert line.endswith("misread the sheet")

    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            ({"record": "consent"}, ["Consent 1.0"]),
            ({"record": "adverseevent"}, ["Adverse event 1"]),
            ({"words": "pyridostigmine"}, ["Assessment CM"]),
            ({"day": "2026-03-19"}, []),
            ({"record": "nosuch"}, []),
        ],
    )
    def test_filter_leaves_what_is_looked_for(self, monitor, corrected, wanted, found):
        lines = rows(monitor.get(corrected, wanted).text)[1:]
        assert len([line for line in lines if "Nothing is recorded" not in line]) == len(found)
        assert all(name in line for name, line in zip(found, lines, strict=False))

    def test_filter_by_person(self, story, monitor, corrected):
        name = story.cast.investigator.username
        lines = rows(monitor.get(corrected, {"person": name}).text)[1:]
        assert lines and all(name in line for line in lines)


def test_criterion_shows_the_values_it_rests_on_and_where_they_were_captured(story, monitor):
    keys = (story.cast.trial.code, story.treated.code)
    page = monitor.get(url("eligibility", *keys)).text
    article = page[page.index('id="INC-01"') : page.index('id="INC-02"')]
    assert "is-met" in article
    assert f'href="{url("visit-form", *keys, "SCR", "DM")}"' in article
    assert "<b>1978-07-19</b>" in article


def test_unknown_criterion_says_what_is_missing(story, monitor):
    page = monitor.get(url("eligibility", story.cast.trial.code, story.fresh.code)).text
    article = page[page.index('id="INC-01"') : page.index('id="INC-02"')]
    assert "is-unknown" in article
    assert "not known yet" in article


VISIT = re.compile(r"<span>([A-Z]+[0-9]*)</span></a></th>")
SYMBOL = re.compile(r'role="img" aria-label="([^"]+)"')


def test_grid_tells_states_by_shape_and_word(story, monitor):
    page = monitor.get(url("casebook", story.cast.trial.code, story.treated.code)).text
    lines = {found[1]: line for line in page.split("<tr>") if (found := VISIT.search(line))}
    states = {name: SYMBOL.findall(line) for name, line in lines.items()}
    assert states["INF1"] == [
        "attended", "missing", "incomplete", "missing", "incomplete", "open query", "given",
    ]  # fmt: skip
    assert states["INF2"] == ["overdue"] * 4
    assert states["INF3"] == ["planned", *["to come"] * 5]


def test_missed_visit_stands_among_the_deviations(story, monitor):
    visit = Visit.objects.select_related("version", "subject").get(subject=story.treated, name="INF2")
    record_absence(visit=visit, reason="a cold", today=visit.closes_on, by=story.cast.coordinator)
    [line] = rows(monitor.get(url("deviations", story.cast.trial.code)).text)[1:]
    assert line.startswith(f"{story.treated.code} INF2 2026-03-19 Visit missed")


def test_notice_is_shown_in_the_words_in_which_it_is_sent(story, monitor):
    [line] = rows(monitor.get(url("notices", story.cast.trial.code)).text)[1:]
    assert f"{story.treated.code}: INF2 closed on 2026-03-19 without attendance" in line
    assert "waiting" in line


def test_query_is_answered_and_accepted(story, browser_of, monitor):
    number = story.treated.queries.get().number
    keys = (story.cast.trial.code, number)
    browser_of(Role.COORDINATOR).post(url("query-move", *keys, "answer"), {"answer": "measured twice"})
    assert "Accept and close" in monitor.get(url("query", *keys)).text
    assert monitor.post(url("query-move", *keys, "close"), {"note": ""}).status_code == 302
    assert story.treated.queries.get().state == "closed"
    closed = monitor.get(url("queries", story.cast.trial.code), {"state": "closed"}).text
    assert "measured twice" in closed


def test_list_is_narrowed_to_a_state(story, monitor):
    listed = rows(monitor.get(url("subjects", story.cast.trial.code), {"state": "screening"}).text)[1:]
    assert [line.split()[0] for line in listed] == [
        story.in_screening.code, story.fresh.code, story.confirmed.code,
    ]  # fmt: skip
