"""Every refusal is a problem document, in the caller's language, and every answer names its call."""

from typing import Any

import pytest
from django.test import Client

from accounts.actions import issue_token, revoke_token
from accounts.models import AccessToken
from subjects.models import Subject
from tests.api.calling import ANONYMOUS, TRIAL, Caller, caller_of, problem
from tests.factories import PASSWORD, SCREENED, SYSTEM, Cast
from trials.rules.roles import Role

SUBJECT = f"{TRIAL}/subjects/S001"


@pytest.mark.parametrize(
    "path",
    ["", "nothing", "trials/nct07243366", "trials/NCT07243366/subjects/S001/visits/INF1/infusion/1",
     "trials/NCT07243366/subjects/S%00/visits", "trials/NCT07243366/subjects/S001/logs/CM/99999999999"],
)  # fmt: skip
def test_unknown_address_is_a_problem_too(path: str, coordinator: Caller) -> None:
    problem(coordinator.get(f"/api/v1/{path}"), 404, "not-found")


@pytest.mark.django_db
def test_unknown_address_says_nothing_to_a_stranger() -> None:
    problem(ANONYMOUS.get("/api/v1/nothing"), 401, "not-authenticated")


@pytest.mark.parametrize("method", ["delete", "patch", "options", "put"])
def test_other_methods_are_refused_with_those_that_are_possible(method: str, coordinator: Caller) -> None:
    response = getattr(coordinator.client, method)(f"{TRIAL}/subjects", headers=coordinator.headers())
    problem(response, 405, "method-not-allowed")
    assert response["Allow"] == "GET, HEAD, POST"


def test_other_formats_are_refused(coordinator: Caller) -> None:
    problem(coordinator.get(TRIAL, accept="text/html"), 406, "not-acceptable")


def test_slash_at_the_end_is_neither_needed_nor_refused(coordinator: Caller) -> None:
    plain, slashed = coordinator.get(TRIAL), coordinator.get(f"{TRIAL}/")
    assert (plain.status_code, plain.json()) == (200, slashed.json())


def test_head_answers_as_get_without_the_body(coordinator: Caller) -> None:
    response = coordinator.client.head(TRIAL, headers=coordinator.headers())
    assert (response.status_code, response.content) == (200, b"")


def test_detail_and_faults_are_in_the_callers_language(cast: Cast, screened_subject: Subject) -> None:
    chinese = caller_of(cast.roles[Role.COORDINATOR], language="zh-CN,zh;q=0.9")
    refused = problem(
        chinese.post(f"{SUBJECT}/visits/SCR/attendance", {"on": str(SCREENED)}), 409, "consent-missing"
    )
    assert "知情同意" in refused["detail"]
    faults = problem(chinese.post(f"{TRIAL}/subjects", {}), 422, "invalid-values")["errors"]
    assert {fault["code"] for fault in faults} == {"missing"}
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in fault["message"]) for fault in faults)


def test_words_inside_a_message_are_translated_too(cast: Cast, consented_subject: Subject) -> None:
    chinese = caller_of(cast.roles[Role.COORDINATOR], language="zh-hans")
    response = chinese.post(f"{SUBJECT}/visits/SCR/attendance", {"on": "2026-02-01"})
    (fault,) = problem(response, 422, "invalid-values")["errors"]
    assert "consent" not in fault["message"]


@pytest.mark.parametrize("token", ["casebook_forged", "", "é", "a b c"])
def test_token_that_does_not_hold_is_refused(token: str, trial: Any) -> None:
    stranger = Caller(token or " ")
    problem(stranger.get(TRIAL), 401, "invalid-token")


def test_revoked_and_expired_tokens_are_refused(cast: Cast, clock: Any) -> None:
    from django.utils import timezone

    user = cast.roles[Role.COORDINATOR].user
    token = issue_token(user=user, name="one", now=timezone.now(), days=2, by=SYSTEM)
    other = Caller(issue_token(user=user, name="two", now=timezone.now(), days=1, by=SYSTEM))
    caller = Caller(token)
    assert caller.get(TRIAL).status_code == 200
    issued = AccessToken.objects.get(digest=AccessToken.digest_of(token))
    revoke_token(token=issued, now=timezone.now(), by=SYSTEM, reason="tablet lost")
    problem(caller.get(TRIAL), 401, "invalid-token")
    clock.shift(2 * 24 * 3600)
    problem(other.get(TRIAL), 401, "invalid-token")


def test_deactivated_persons_token_is_refused(cast: Cast, coordinator: Caller) -> None:
    user = cast.roles[Role.COORDINATOR].user
    user.is_active = False
    user.save()
    problem(coordinator.get(TRIAL), 401, "invalid-token")


def test_session_writes_with_its_csrf_token_only(cast: Cast) -> None:
    page = Client(enforce_csrf_checks=True)
    page.login(username=cast.roles[Role.COORDINATOR].user.username, password=PASSWORD)
    path, body = f"{TRIAL}/subjects", {"site": "01", "screened_on": str(SCREENED)}
    refused = page.post(path, body, content_type="application/json")
    problem(refused, 403, "csrf-failed")
    page.cookies["csrftoken"] = "a" * 32
    accepted = page.post(path, body, content_type="application/json", headers={"X-CSRFToken": "a" * 32})
    assert accepted.status_code == 201
    history = cast.trial.subjects.get().history.get()
    assert (history.history_channel, history.history_request_id) == ("api", accepted["X-Request-ID"])


def test_request_id_is_the_servers_own(coordinator: Caller) -> None:
    response = coordinator.get(TRIAL, **{"x-request-id": "x" * 500})
    assert len(response["X-Request-ID"]) == 36


def test_unexpected_error_says_nothing_of_its_cause(coordinator: Caller, monkeypatch: Any) -> None:
    def fail(*args: Any) -> None:
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr("api.views.trials.enrolment", fail)
    coordinator.client.raise_request_exception = False
    response = coordinator.client.get(f"{TRIAL}/enrolment", headers=coordinator.headers())
    problem(response, 500, "unexpected")
    assert b"swordfish" not in response.content


def test_answers_are_kept_out_of_shared_caches(coordinator: Caller) -> None:
    assert coordinator.get(TRIAL)["Cache-Control"] == "private, no-cache"
