"""Open, answer, close, cancel, reopen: effect, history, refusal."""

from typing import Any

import pytest

from assessments.models import Assessment
from audit.rules import InvalidValues, RuleViolation, UnknownObject
from review.actions import answer_query, cancel_query, close_query, open_query, reopen_query
from review.models import Query
from review.rules.lifecycle import QueryState
from review.selectors import conversation, queries_of, query_for, visible_to
from tests.factories import SCREENED, Cast, attended, captured, consented, make_staff, second_site
from trials.rules.roles import Role


@pytest.fixture
def form(cast: Cast) -> Assessment:
    subject = consented(cast)
    attended(cast, subject, "SCR", SCREENED)
    return captured(cast, subject, "SCR", "VS", {"PULSE": 72}, complete=False)


@pytest.fixture
def query(cast: Cast, form: Assessment) -> Query:
    return open_query(
        subject=form.subject,
        assessment=form,
        item="PULSE",
        text=" Source says 82. ",
        by=cast.by(Role.MONITOR),
    )


def codes(refused: Any) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


def test_opened_query_has_the_next_number_of_the_trial(cast: Cast, query: Query) -> None:
    other = open_query(subject=consented(cast), text="Why?", by=cast.by(Role.DATA_MANAGER))
    assert [(q.number, q.origin, q.state) for q in (query, other)] == [
        (1, "monitor", "open"),
        (2, "data-manager", "open"),
    ]
    assert query.question.in_language("zh-hans") == query.question.en == "Source says 82."
    row = Query.history.get(id=query.pk)
    assert (row.history_role, row.history_scope) == ("monitor", f"subject:{query.subject_id}")


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.INVESTIGATOR, Role.READ_ONLY])
def test_the_site_asks_no_queries(cast: Cast, role: Role) -> None:
    with pytest.raises(RuleViolation) as refused:
        open_query(subject=consented(cast), text="Why?", by=cast.by(role))
    assert refused.value.code == "asks-no-queries"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"text": "  "}, ("/text", "required")),
        ({"item": "SHOESIZE"}, ("/item", "unknown-item")),
        ({"item": "PULSE", "assessment": None}, ("/item", "unknown-item")),
    ],
)
def test_query_that_asks_about_nothing_is_refused(
    cast: Cast, form: Assessment, changes: dict[str, Any], fault: tuple[str, str]
) -> None:
    sound = {"subject": form.subject, "assessment": form, "text": "Why?", "by": cast.by(Role.MONITOR)}
    with pytest.raises(InvalidValues) as refused:
        open_query(**(sound | changes))
    assert codes(refused) == [fault]
    assert not Query.objects.exists()


def test_query_about_another_subjects_form_is_refused(cast: Cast, form: Assessment) -> None:
    with pytest.raises(RuleViolation) as refused:
        open_query(subject=consented(cast), assessment=form, text="Why?", by=cast.by(Role.MONITOR))
    assert refused.value.code == "other-subjects-form"


def test_query_is_answered_found_wanting_answered_and_closed(cast: Cast, query: Query) -> None:
    monitor = cast.by(Role.MONITOR)
    answer_query(query=query, answer="Corrected.", by=cast.coordinator)
    reopened = reopen_query(query=query, reason="still 72", by=monitor)
    assert (reopened.state, reopened.answer) == (QueryState.OPEN, "")
    answer_query(query=query, answer="Now it is.", by=cast.coordinator)
    closed = close_query(query=query, note="seen", by=monitor)
    assert (closed.state, closed.answer, closed.note) == (QueryState.CLOSED, "Now it is.", "seen")
    turns = conversation(closed, "en")
    assert [(turn.role, turn.state, turn.words) for turn in turns] == [
        ("monitor", QueryState.OPEN, "Source says 82."),
        ("coordinator", QueryState.ANSWERED, "Corrected."),
        ("monitor", QueryState.OPEN, "still 72"),
        ("coordinator", QueryState.ANSWERED, "Now it is."),
        ("monitor", QueryState.CLOSED, "seen"),
    ]


def test_closed_query_may_be_reopened(cast: Cast, query: Query) -> None:
    answer_query(query=query, answer="Corrected.", by=cast.coordinator)
    close_query(query=query, by=cast.by(Role.MONITOR))
    reopened = reopen_query(query=query, reason="changed back", by=cast.by(Role.MONITOR))
    assert (reopened.state, reopened.note) == (QueryState.OPEN, "changed back")


def test_cancelled_query_is_the_end_of_it(cast: Cast, query: Query) -> None:
    monitor = cast.by(Role.MONITOR)
    cancelled = cancel_query(query=query, reason="wrong subject", by=monitor)
    assert (cancelled.state, cancelled.note) == (QueryState.CANCELLED, "wrong subject")
    assert cancelled.history.first().history_change_reason == "wrong subject"
    for act, words in [
        (answer_query, {"answer": "Yes."}),
        (close_query, {}),
        (reopen_query, {"reason": "again"}),
    ]:
        with pytest.raises(RuleViolation) as refused:
            act(query=query, by=monitor, **words)
        assert refused.value.code == "illegal-transition"
    assert query.history.count() == 2


def test_unanswered_query_is_not_closed(cast: Cast, query: Query) -> None:
    with pytest.raises(RuleViolation) as refused:
        close_query(query=query, by=cast.by(Role.MONITOR))
    assert refused.value.code == "illegal-transition"


@pytest.mark.parametrize(
    ("act", "words", "fault"),
    [
        (answer_query, {"answer": " "}, ("/answer", "required")),
        (cancel_query, {"reason": ""}, ("/reason", "reason-required")),
        (reopen_query, {"reason": " "}, ("/reason", "reason-required")),
    ],
)
def test_moves_need_words(cast: Cast, query: Query, act: Any, words: dict[str, str], fault: tuple) -> None:
    with pytest.raises(InvalidValues) as refused:
        act(query=query, by=cast.coordinator, **words)
    assert codes(refused) == [fault]
    assert query.history.count() == 1


def test_queries_are_found_within_the_reach_of_a_role(cast: Cast, query: Query) -> None:
    monitor = cast.roles[Role.MONITOR]
    assert list(visible_to(monitor)) == list(queries_of(query.subject)) == [query]
    assert query_for(monitor, 1) == query
    with pytest.raises(UnknownObject):
        query_for(monitor, 2)
    elsewhere = make_staff(cast.trial, Role.MONITOR, site=second_site(cast), username="elsewhere")
    assert not visible_to(elsewhere).exists()
    with pytest.raises(UnknownObject):
        query_for(elsewhere, 1)
