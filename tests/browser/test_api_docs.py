"""The page of the REST API works under the site's policy, and tries out a call with the person's session."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person
from tests.factories import SCREENED
from trials.rules.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_call_is_tried_out_on_the_page(come_in: Callable[..., Person]) -> None:
    person = come_in(Role.COORDINATOR)
    page = person.page
    page.goto("/api/v1/docs/")
    screening = page.locator("#operations-Subjects-post_subjects")
    screening.locator(".opblock-summary-control").click()
    screening.locator(".try-out__btn").click()
    screening.get_by_placeholder("trial").fill(person.trial)
    screening.locator("textarea").fill(f'{{"site": "01", "screened_on": "{SCREENED}"}}')
    screening.locator(".execute").click()
    answer = screening.locator(".live-responses-table")
    expect(answer).to_contain_text("201")
    expect(answer).to_contain_text('"S001"')
