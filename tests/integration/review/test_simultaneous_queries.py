"""Forms of several subjects saved at the same time (PostgreSQL): every query has a number of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from review.models import Query
from subjects.models import Subject
from tests.factories import SCREENED, attended, captured, cast_of, consented, publish_trial

SIMULTANEOUS = 8


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_simultaneous_findings_get_numbers_of_their_own(now: Any) -> None:
    cast = cast_of(publish_trial(now=now))
    subjects = [consented(cast) for _ in range(SIMULTANEOUS)]
    for subject in subjects:
        attended(cast, subject, "SCR", SCREENED)
    start = Barrier(SIMULTANEOUS)

    def save(subject: Subject) -> None:
        start.wait(timeout=60)
        try:
            captured(cast, subject, "SCR", "VS", {"PULSE": 130, "RESP": 40}, complete=False)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SIMULTANEOUS) as pool:
        list(pool.map(save, subjects))

    numbers = Query.objects.values_list("number", flat=True)
    assert sorted(numbers) == list(range(1, 2 * SIMULTANEOUS + 1))
