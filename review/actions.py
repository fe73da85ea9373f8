"""The acts on data queries: open, answer, close, cancel, reopen; and following what the checks find."""

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Max

from assessments.models import Assessment
from audit.recording import record
from audit.rules import Actor, RuleViolation, demand_reason, invalid, system_actor
from audit.rules import gettext_noop as _
from review.models import Query
from review.rules.lifecycle import QueryEvent, next_state, permits
from review.rules.origins import QueryOrigin, origin_of
from subjects.models import Subject
from trials.models import Trial
from trials.rules.text import Text


@transaction.atomic
def open_query(
    *, subject: Subject, text: str, by: Actor, assessment: Assessment | None = None, item: str = ""
) -> Query:
    """Ask about a subject, one of its captured forms, or one item of a form, in the asker's own words.

    Raises `RuleViolation` (asks-no-queries, other-subjects-form), `InvalidValues` (required, unknown-item).
    """
    origin = origin_of(by.role)
    words = _demand_words(text, "/text")
    if assessment and assessment.subject_id != subject.pk:
        raise RuleViolation("other-subjects-form", _("That form belongs to another subject."))
    if item and not _has_item(assessment, item):
        raise invalid("/item", "unknown-item", _("The form asked about has no item of that name."))
    query = Query(
        subject=subject,
        assessment=assessment,
        item=item,
        origin=origin,
        text=Text(en=words, zh_hans=words).model_dump(by_alias=True),
    )
    _number_and_save(query, by)
    return query


@transaction.atomic
def answer_query(*, query: Query, answer: str, by: Actor) -> Query:
    """Answer an open query. Raises `RuleViolation` (illegal-transition), `InvalidValues` (required)."""
    words = _demand_words(answer, "/answer")
    return _move(query, QueryEvent.ANSWER, by=by, answer=words, note="")


@transaction.atomic
def close_query(*, query: Query, note: str = "", by: Actor) -> Query:
    """Accept the answer. Raises `RuleViolation` (illegal-transition) where there is none."""
    return _move(query, QueryEvent.CLOSE, by=by, note=note.strip())


@transaction.atomic
def cancel_query(*, query: Query, reason: str, by: Actor) -> Query:
    """Take back a query asked in error.

    Raises `RuleViolation` (illegal-transition), `InvalidValues` (reason-required).
    """
    reason = demand_reason(reason)
    return _move(query, QueryEvent.CANCEL, by=by, reason=reason, note=reason)


@transaction.atomic
def reopen_query(*, query: Query, reason: str, by: Actor) -> Query:
    """Ask again, because the answer does not settle the question.

    Raises `RuleViolation` (illegal-transition), `InvalidValues` (reason-required).
    """
    reason = demand_reason(reason)
    return _move(query, QueryEvent.REOPEN, by=by, reason=reason, answer="", note=reason)


@transaction.atomic
def follow_findings(*, assessment: Assessment, by: Actor) -> None:
    """Bring the system's queries about a form into agreement with what its checks find.

    A finding that is not overridden is asked about once. Its query clears itself when the finding
    is gone or overridden; one answered or closed is asked again when the check finds another value.
    Written as the system, through the channel and request of whoever saved the form.
    """
    system = replace(system_actor(by.channel), request_id=by.request_id)
    findings = {
        finding["check"]: finding
        for finding in assessment.findings
        if finding["check"] not in assessment.overrides
    }
    asked = {
        query.check_oid: query
        for query in Query.objects.select_for_update().filter(
            assessment=assessment, origin=QueryOrigin.SYSTEM
        )
    }
    for finding in findings.values():
        if finding["check"] not in asked:
            _ask(assessment, finding, system)
    for check, query in asked.items():
        _follow(query, _value_of(assessment, query.item) if check in findings else {}, system)


def _ask(assessment: Assessment, finding: dict[str, Any], system: Actor) -> None:
    query = Query(
        subject=assessment.subject,
        assessment=assessment,
        item=finding["item"],
        check_oid=finding["check"],
        origin=QueryOrigin.SYSTEM,
        text=finding["message"],
        asked_about=_value_of(assessment, finding["item"]),
    )
    _number_and_save(query, system)


def _follow(query: Query, value: dict[str, Any], system: Actor) -> None:
    """Move a system query where the value it asks about has changed; no value means no finding."""
    if query.asked_about == value:
        return
    query.asked_about = value
    event = QueryEvent.REOPEN if value else QueryEvent.CLEAR
    if permits(query.state, event):
        query.state = next_state(query.state, event, query.number)
        query.note = ""
        if event is QueryEvent.REOPEN:
            query.answer = ""
    with record(by=system):
        query.save()


def _value_of(assessment: Assessment, item: str) -> dict[str, Any]:
    return {item: {**assessment.values, **assessment.derived}.get(item)}


def _has_item(assessment: Assessment | None, item: str) -> bool:
    form = assessment and assessment.version.definition.form(assessment.form)
    return bool(form and form.item(item))


def _demand_words(text: str, pointer: str) -> str:
    if not text.strip():
        raise invalid(pointer, "required", _("This is required."))
    return text.strip()


def _number_and_save(query: Query, by: Actor) -> None:
    """Numbers are given out one at a time in a trial."""
    query.trial = Trial.objects.select_for_update().get(pk=query.subject.trial_id)
    query.number = _last_number(query.trial) + 1
    with record(by=by):
        query.save()


def _last_number(trial: Trial) -> int:
    return Query.objects.filter(trial=trial).aggregate(last=Max("number"))["last"] or 0


def _move(query: Query, event: QueryEvent, *, by: Actor, reason: str = "", **words: str) -> Query:
    moved = Query.objects.select_for_update().get(pk=query.pk)
    moved.state = next_state(moved.state, event, moved.number)
    for name, text in words.items():
        setattr(moved, name, text)
    with record(by=by, reason=reason):
        moved.save()
    return moved
