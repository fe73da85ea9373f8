"""What the database itself refuses about queries."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from audit.recording import record
from review.actions import open_query
from review.models import Query
from tests.factories import SCREENED, Cast, attended, captured, consented
from trials.rules.roles import Role


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("answered_has_an_answer", {"state": "answered"}),
        ("system_asks_about_a_finding", {"origin": "system"}),
        ("system_asks_about_a_finding", {"check_oid": "PULSE-RANGE"}),
        ("an_item_is_on_a_form", {"item": "PULSE"}),
        ("query_state", {"state": "forgotten"}),
    ],
)
def test_contradiction_is_refused_by_the_database(
    cast: Cast, constraint: str, changes: dict[str, Any]
) -> None:
    query = open_query(subject=consented(cast), text="Why?", by=cast.by(Role.MONITOR))
    for name, value in changes.items():
        setattr(query, name, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        with record(by=cast.coordinator, reason="contradiction"):
            query.save()


def test_the_system_asks_once_about_a_check_of_a_form(cast: Cast) -> None:
    subject = consented(cast)
    attended(cast, subject, "SCR", SCREENED)
    captured(cast, subject, "SCR", "VS", {"PULSE": 130}, complete=False)
    again = Query.objects.get()
    again.pk, again.number, again._state.adding = None, 2, True
    with pytest.raises(IntegrityError), transaction.atomic(), record(by=cast.coordinator):
        again.save()
