"""Lists by the page: every row once, forwards and backwards, whatever is added meanwhile."""

from typing import Any

import pytest

from tests.api.acts import asked, with_event
from tests.api.calling import TRIAL, Caller, problem
from tests.factories import Cast, enrolled, screened

SUBJECT = f"{TRIAL}/subjects/S001"


def codes(page: Any) -> list[str]:
    return [row["subject"] for row in page["results"]]


@pytest.fixture
def seven(cast: Cast) -> None:
    for _each in range(7):
        screened(cast)


def test_pages_hold_every_row_once_in_order(seven: None, reader: Caller) -> None:
    found, address = [], f"{TRIAL}/subjects?limit=3"
    while address:
        page = reader.get(address).json()
        found.append(codes(page))
        address = page["next"]
    assert found == [["S001", "S002", "S003"], ["S004", "S005", "S006"], ["S007"]]


def test_pages_lead_back_to_the_first(seven: None, reader: Caller) -> None:
    first = reader.get(f"{TRIAL}/subjects?limit=3").json()
    second = reader.get(first["next"]).json()
    third = reader.get(second["next"]).json()
    assert first["previous"] is None
    assert third["next"] is None
    assert codes(reader.get(third["previous"]).json()) == codes(second)
    assert reader.get(second["previous"]).json() == first


def test_row_added_meanwhile_shifts_nothing(seven: None, cast: Cast, reader: Caller) -> None:
    first = reader.get(f"{TRIAL}/subjects?limit=5").json()
    screened(cast)
    assert codes(reader.get(first["next"]).json()) == ["S006", "S007", "S008"]


def test_last_page_that_is_just_full_has_no_next(seven: None, reader: Caller) -> None:
    page = reader.get(f"{TRIAL}/subjects?limit=7").json()
    assert (len(page["results"]), page["next"]) == (7, None)


def test_newest_entries_stand_first_and_pages_keep_their_place(
    cast: Cast, coordinator: Caller, monitor: Caller
) -> None:
    with_event(cast)
    whole = monitor.get(f"{SUBJECT}/audit?limit=500").json()["results"]
    assert [entry["at"] for entry in whole] == sorted((e["at"] for e in whole), reverse=True)
    first = monitor.get(f"{SUBJECT}/audit?limit=2").json()
    coordinator.post(f"{SUBJECT}/logs/CM", {"version": "1.0", "values": {}, "complete": False})
    second = monitor.get(first["next"]).json()
    assert first["results"] + second["results"] == whole[:4]
    assert monitor.get(second["previous"]).json()["results"] == first["results"]


@pytest.mark.parametrize("limit", ["0", "501", "-1", "ten", "1e2", "²", ""])
def test_limit_out_of_range_is_refused(limit: str, reader: Caller) -> None:
    problem(reader.get(f"{TRIAL}/subjects?limit={limit}"), 400, "invalid-parameter")


@pytest.mark.parametrize("cursor", ["abc", "PjE=x", "Pjk5OTk5OTk5OTk5OTk5OTk5OQ==", "%00", "PmE=", "é"])
def test_forged_cursor_is_refused(cursor: str, reader: Caller) -> None:
    problem(reader.get(f"{TRIAL}/subjects?cursor={cursor}"), 400, "invalid-parameter")


def test_list_is_narrowed_by_state(cast: Cast, reader: Caller) -> None:
    enrolled(cast)
    screened(cast)
    assert codes(reader.get(f"{TRIAL}/subjects?state=enrolled").json()) == ["S001"]
    problem(reader.get(f"{TRIAL}/subjects?state=gone"), 400, "invalid-parameter")


def test_queries_are_narrowed_by_subject_and_state(cast: Cast, reader: Caller) -> None:
    asked(cast)
    screened(cast)
    for query, expected in (("subject=S001", 1), ("subject=S002", 0), ("state=open", 1), ("state=closed", 0)):
        assert len(reader.get(f"{TRIAL}/queries?{query}").json()["results"]) == expected
    problem(reader.get(f"{TRIAL}/queries?subject=%00"), 400, "invalid-parameter")
