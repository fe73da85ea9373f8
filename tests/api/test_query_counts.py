"""What a page of the API costs in SQL statements does not grow with subjects, visits or forms."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.acts import EVENT, form, with_scores
from tests.api.calling import TRIAL, Caller
from tests.factories import DAY1, MGADL, SCREENED, Cast, captured, enrolled, infused

SUBJECT = f"{TRIAL}/subjects/S001"
FORM_SAVE_BUDGET = 10


def statements(call: Callable[[], Any]) -> list[str]:
    call()  # what is kept in memory is not counted
    with CaptureQueriesContext(connection) as queries:
        response = call()
    assert response.status_code == 200, response.content
    return [query["sql"] for query in queries]


def grow(cast: Cast, coordinator: Caller) -> None:
    """Fifteen subjects instead of one, and the first one well into treatment."""
    for days in range(14):
        enrolled(cast, on=SCREENED + timedelta(days=days))
    for number in range(1, 6):
        day = DAY1 + timedelta(days=14 * (number - 1))
        subject = cast.trial.subjects.get(code="S001")
        infused(cast, subject, f"INF{number}", day)
        captured(cast, subject, f"INF{number}", "MGADL", MGADL, complete=False)
        captured(cast, subject, f"INF{number}", "VS", {"TEMP": 39.5}, complete=False)
        coordinator.post(f"{SUBJECT}/adverse-events", EVENT | {"infusion_visit": f"INF{number}"})
        coordinator.post(f"{SUBJECT}/logs/CM", form({"CMTRT": "Ibuprofen"}))
    for days in range(14):
        other = cast.trial.subjects.get(code=f"S{days + 2:03d}")
        captured(cast, other, "SCR", "VS", {"TEMP": 39.5}, complete=False)
        late = other.day1 + timedelta(days=10)
        infused(cast, other, "INF1", late)


READINGS = [
    "subjects", "deviations", "queries", "subjects/S001", "subjects/S001/visits", "subjects/S001/visits/INF1",
    "subjects/S001/casebook", "subjects/S001/adverse-events", "subjects/S001/logs/CM",
    "subjects/S001/measures", "subjects/S001/eligibility", "subjects/S001/audit",
]  # fmt: skip


def test_readings_cost_the_same_with_one_and_with_fifteen_subjects(
    cast: Cast, coordinator: Caller, monitor: Caller
) -> None:
    subject = enrolled(cast)
    captured(cast, subject, "SCR", "VS", {"TEMP": 39.5}, complete=False)
    coordinator.post(f"{SUBJECT}/adverse-events", EVENT)
    few = {path: statements(lambda path=path: monitor.get(f"{TRIAL}/{path}")) for path in READINGS}
    grow(cast, coordinator)
    many = {path: statements(lambda path=path: monitor.get(f"{TRIAL}/{path}")) for path in READINGS}
    counts = {path: (len(few[path]), len(many[path])) for path in READINGS}
    assert [path for path, (one, fifteen) in counts.items() if one != fifteen] == []


@pytest.mark.parametrize("changing", [False, True], ids=["create", "change"])
def test_saving_a_form_stays_within_ten_statements(changing: bool, cast: Cast, coordinator: Caller) -> None:
    subject = with_scores(cast)
    infused(cast, subject, "INF2", DAY1 + timedelta(days=14))
    with CaptureQueriesContext(connection) as queries:
        if changing:
            body = form(MGADL | {"TALK": 3}, reason="misread")
            response = coordinator.change(f"{SUBJECT}/visits/INF1/forms/MGADL", body, '"1"')
        else:
            response = coordinator.create(f"{SUBJECT}/visits/INF2/forms/MGADL", form(MGADL))
    assert response.status_code in (200, 201)
    own = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(own) <= FORM_SAVE_BUDGET, "\n".join(own)
