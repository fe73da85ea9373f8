"""A page costs the same number of SQL statements whether the trial has one subject or fifteen."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import DAY1, MGADL, captured, enrolled, infused
from tests.integration.workbench.places import READ_PAGES
from tests.workbench_story import Story, url
from trials.rules.roles import Role

CASEBOOK_BUDGET = 15
MORE = 12  # besides S001, S004 and S005, who hold places already


def statements(client, path: str) -> int:
    client.get(path)  # what is cached once a process is not counted
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


@pytest.fixture
def crowd(story: Story):
    """Fills the trial to its cap with subjects under treatment."""

    def fill() -> None:
        for _ in range(MORE):
            subject = enrolled(story.cast)
            infused(story.cast, subject, "INF1", DAY1)
            captured(story.cast, subject, "INF1", "MGADL", MGADL, complete=False)

    return fill


def test_pages_cost_the_same_with_fifteen_subjects(story: Story, browser_of, crowd):
    client = browser_of(Role.INVESTIGATOR)
    paths = [url("index"), *(url(route, *keys(story)) for route, keys in READ_PAGES.items())]
    alone = {path: statements(client, path) for path in paths}
    crowd()
    assert {path: statements(client, path) for path in paths} == alone


def test_casebook_costs_the_same_with_more_in_it(story: Story, browser_of):
    client = browser_of(Role.INVESTIGATOR)
    path = url("casebook", story.cast.trial.code, story.treated.code)
    before = statements(client, path)
    for row in range(5):
        captured(story.cast, story.treated, None, "CM", {"CMTRT": f"drug {row}"}, complete=False)
    infused(story.cast, story.treated, "INF2", DAY1.replace(day=16))
    captured(story.cast, story.treated, "INF2", "MGADL", MGADL, complete=False)
    assert statements(client, path) == before <= CASEBOOK_BUDGET
