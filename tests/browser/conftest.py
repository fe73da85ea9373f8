"""People with real browsers: Chromium against the running site, on 1 September 2026 in Shanghai."""

import os
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from playwright.sync_api import Browser, sync_playwright

from tests.browser.people import Person
from tests.conftest import CHROMIUM
from tests.factories import SHANGHAI, Cast, at, make_staff
from trials.rules.roles import Role

TODAY = at(date(2026, 9, 1), "10:00")
# As root there is no sandbox; without a screen no GPU; and the browser calls nobody but the site.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """SQLite in memory is one connection, which the site's threads would break into; a file has many."""
    with_browser = any(item.get_closest_marker("browser") for item in items)
    if with_browser and connection.vendor == "sqlite":
        folder = config._tmp_path_factory.mktemp("database")
        connection.settings_dict["TEST"]["NAME"] = str(folder / "test.sqlite3")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread; the ORM calls of the tests are not part of it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(autouse=True)
def _clock() -> Iterator[Any]:
    with time_machine.travel(TODAY, tick=True):
        yield


@pytest.fixture
def come_in(chromium: Browser, live_server: Any, cast: Cast) -> Iterator[Callable[..., Person]]:
    """Somebody of that role signs in, in a browser of their own; whatever it complains of fails the test."""
    people: list[Person] = []

    def sign_in(role: Role, *, language: str = "en", width: int = 1280) -> Person:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            timezone_id=str(SHANGHAI),
        )
        person = Person(context.new_page(), cast.trial.code)
        people.append(person)
        held = cast.roles[role]
        held.user.language = language
        held.user.save()
        person.sign_in(held.user.username)
        return person

    yield sign_in
    for person in people:
        person.page.context.close()
    assert [complaint for person in people for complaint in person.complaints] == []


@pytest.fixture
def other_investigator(cast: Cast) -> str:
    return make_staff(cast.trial, Role.INVESTIGATOR, username="other").user.username
