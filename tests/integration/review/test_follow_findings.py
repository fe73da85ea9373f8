"""A soft finding asks by itself, once, and takes its question back when it is gone."""

from typing import Any

import pytest

from assessments.models import Assessment
from review.actions import answer_query, cancel_query, close_query
from review.models import Query
from review.rules.lifecycle import QueryState
from review.selectors import conversation
from subjects.models import Subject
from tests.factories import SCREENED, Cast, attended, captured, consented
from trials.rules.roles import Role

FAST = {"PULSE": 130}  # above the soft limit of 110


@pytest.fixture
def subject(cast: Cast) -> Subject:
    found = consented(cast)
    attended(cast, found, "SCR", SCREENED)
    return found


def saved(
    cast: Cast, subject: Subject, values: dict[str, Any], *, revision: int | None = None, **more: Any
) -> Assessment:
    arguments = {"complete": False, "expected_revision": revision, "reason": "corrected" if revision else ""}
    return captured(cast, subject, "SCR", "VS", values, **(arguments | more))


def only_query() -> Query:
    return Query.objects.get()


def test_soft_finding_opens_a_query_as_the_system(cast: Cast, subject: Subject) -> None:
    form = saved(cast, subject, FAST)
    query = only_query()
    assert (query.origin, query.state, query.check_oid, query.item) == (
        "system",
        "open",
        "PULSE-RANGE",
        "PULSE",
    )
    assert (query.assessment_id, query.subject_id, query.asked_about) == (form.pk, subject.pk, FAST)
    assert query.text == form.findings[0]["message"]
    row = query.history.get()
    assert (row.history_username, row.history_user_id, row.history_channel) == ("system", None, "web")


def test_value_within_range_opens_none(cast: Cast, subject: Subject) -> None:
    saved(cast, subject, {"PULSE": 110})
    assert not Query.objects.exists()


def test_each_finding_is_asked_about(cast: Cast, subject: Subject) -> None:
    saved(cast, subject, FAST | {"RESP": 40})
    asked = Query.objects.values_list("number", "check_oid")
    assert list(asked) == [(1, "PULSE-RANGE"), (2, "RESP-RANGE")]


def test_overridden_finding_is_not_asked_about(cast: Cast, subject: Subject) -> None:
    saved(cast, subject, FAST, overrides={"PULSE-RANGE": "measured twice"})
    assert not Query.objects.exists()


def test_override_given_later_clears_the_query(cast: Cast, subject: Subject) -> None:
    saved(cast, subject, FAST)
    saved(cast, subject, FAST, revision=1, overrides={"PULSE-RANGE": "measured twice"})
    assert only_query().state == QueryState.CLOSED


def test_saving_again_with_the_finding_asks_no_second_time(cast: Cast, subject: Subject) -> None:
    saved(cast, subject, FAST)
    saved(cast, subject, FAST | {"TEMP": 36.6}, revision=1)
    assert only_query().history.count() == 1


@pytest.mark.parametrize("answered", [False, True])
def test_finding_that_is_gone_clears_its_query(cast: Cast, subject: Subject, answered: bool) -> None:
    saved(cast, subject, FAST)
    if answered:
        answer_query(query=only_query(), answer="misread", by=cast.coordinator)
    saved(cast, subject, {"PULSE": 103}, revision=1)
    query = only_query()
    assert (query.state, query.asked_about) == (QueryState.CLOSED, {})
    last = conversation(query, "en")[-1]
    assert (last.username, last.state, last.words) == ("system", QueryState.CLOSED, "")


def test_finding_that_comes_back_is_asked_about_again(cast: Cast, subject: Subject) -> None:
    saved(cast, subject, FAST)
    saved(cast, subject, {"PULSE": 103}, revision=1)
    saved(cast, subject, FAST, revision=2)
    query = only_query()
    assert (query.state, query.asked_about) == (QueryState.OPEN, FAST)
    assert conversation(query, "en")[-1].words == query.question.en


def test_accepted_value_is_not_asked_about_again_but_another_is(cast: Cast, subject: Subject) -> None:
    saved(cast, subject, FAST)
    answer_query(query=only_query(), answer="measured twice", by=cast.coordinator)
    close_query(query=only_query(), by=cast.by(Role.DATA_MANAGER))
    saved(cast, subject, FAST | {"TEMP": 36.6}, revision=1)
    assert only_query().state == QueryState.CLOSED
    saved(cast, subject, {"PULSE": 140, "TEMP": 36.6}, revision=2)
    query = only_query()
    assert (query.state, query.answer, query.asked_about) == (QueryState.OPEN, "", {"PULSE": 140})


def test_answer_about_another_value_answers_nothing(cast: Cast, subject: Subject) -> None:
    saved(cast, subject, FAST)
    answer_query(query=only_query(), answer="measured twice", by=cast.coordinator)
    saved(cast, subject, {"PULSE": 140}, revision=1)
    assert only_query().state == QueryState.OPEN


def test_cancelled_query_stays_cancelled(cast: Cast, subject: Subject) -> None:
    saved(cast, subject, FAST)
    cancel_query(query=only_query(), reason="the patient ran", by=cast.by(Role.DATA_MANAGER))
    saved(cast, subject, {"PULSE": 103}, revision=1)
    saved(cast, subject, FAST, revision=2)
    assert only_query().state == QueryState.CANCELLED


def test_a_query_that_cannot_be_asked_undoes_the_capture(
    cast: Cast, subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("review.receivers.follow_findings", fail)
    with pytest.raises(RuntimeError):
        saved(cast, subject, FAST)
    assert not Assessment.objects.exists()
