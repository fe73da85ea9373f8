"""The beat schedule and the broker's options, as far as reminders depend on them."""

import pytest
from django.conf import settings

from config.celery import app

ENTRIES = settings.CELERY_BEAT_SCHEDULE


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_scheduled_task_exists(name):
    app.loader.import_default_modules()
    assert ENTRIES[name]["task"] in app.tasks


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_task_that_waited_does_not_pile_up(name):
    """After an outage of all workers the queue holds one living sweep and not a thousand."""
    assert ENTRIES[name]["options"]["expires"] <= ENTRIES[name]["schedule"]


@pytest.mark.redis
def test_task_in_hand_is_not_redelivered_while_it_may_still_run():
    visible_again_after = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    assert visible_again_after > settings.CELERY_TASK_TIME_LIMIT
