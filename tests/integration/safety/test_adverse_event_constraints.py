"""What the database itself refuses, also from a writer that knows nothing of the edit checks."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from audit.recording import record
from safety.actions import record_adverse_event
from safety.models import AdverseEvent
from tests.adverse_events import NOW, TODAY, event
from tests.factories import Cast, consented


def stored(cast: Cast) -> AdverseEvent:
    return record_adverse_event(
        subject=consented(cast), values=event(), today=TODAY, now=NOW, by=cast.coordinator
    )


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("grade_of_ctcae", {"grade": 0}),
        ("grade_of_ctcae", {"grade": 6}),
        ("serious_if_and_only_if_a_criterion", {"serious": True}),
        ("serious_if_and_only_if_a_criterion", {"serious": False, "disability": True}),
        ("serious_if_and_only_if_a_criterion", {"serious": None, "disability": True}),
        ("high_grade_says_if_serious", {"grade": 4, "serious": None}),
        ("death_in_all_three_or_none", {"grade": 5}),
        ("death_in_all_three_or_none", {"outcome": "FATAL"}),
        ("death_in_all_three_or_none", {"death": True, "serious": True}),
        ("ended_unless_ongoing_or_unknown", {"end_date": ""}),
        ("ended_unless_ongoing_or_unknown", {"ongoing": True}),
        ("event_coded_whole_or_not", {"meddra_pt": "Headache"}),
        ("outcome_is_a_code", {"outcome": "BETTER"}),
        ("outcome_is_a_code", {"outcome": ""}),
        ("caused_by_product_is_a_code", {"caused_by_product": "MAYBE"}),
        ("special_interest_is_a_code", {"special_interest": "SEPSIS"}),
    ],
)
def test_contradiction_is_refused_by_the_database(
    cast: Cast, constraint: str, changes: dict[str, Any]
) -> None:
    found = stored(cast)
    for name, value in changes.items():
        setattr(found, name, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        with record(by=cast.coordinator, reason="contradiction"):
            found.save()
    assert AdverseEvent.objects.get(pk=found.pk).values == event()


def test_a_number_is_given_once(cast: Cast) -> None:
    found = stored(cast)
    found.pk, found._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic(), record(by=cast.coordinator):
        found.save()
