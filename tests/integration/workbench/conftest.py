"""The story in the middle of which every page test begins, on 20 March 2026 in Shanghai."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client, override_settings

from tests.factories import Cast, cast_of, make_staff, publish_trial, second_site
from tests.workbench_story import NOW, Story, signed_in, tell
from trials.models import StaffRole
from trials.rules.roles import Role

# A slow hash protects real passwords; here it would only take time.
QUICK_HASH = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module")
def told(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Story]:
    """The story is told once a module; each test's own changes are rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOW, tick=False), override_settings(PASSWORD_HASHERS=QUICK_HASH):
            story = tell(cast_of(publish_trial(now=NOW)))
        yield story
        transaction.set_rollback(True)


@pytest.fixture
def story(told: Story, db: Any) -> Story:
    return told


@pytest.fixture
def cast(story: Story) -> Cast:
    return story.cast


@pytest.fixture
def browser_of(cast: Cast) -> Callable[..., Client]:
    return lambda role, language="en": signed_in(cast.roles[role], language)


@pytest.fixture
def stranger(cast: Cast) -> StaffRole:
    """A coordinator of another site of the same trial."""
    return make_staff(cast.trial, Role.COORDINATOR, site=second_site(cast), username="stranger")
