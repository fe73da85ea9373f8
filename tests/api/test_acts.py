"""The same five questions to every act: nobody, the wrong role, another site, the wrong state, and done."""

import json
from typing import Any

import pytest
from django.urls import resolve

from api.urls import urlpatterns
from audit.selectors import audited_models
from tests.api.acts import ACTS, Act
from tests.api.calling import ANONYMOUS, Caller, caller_of, history_rows, problem
from tests.factories import Cast, make_staff, second_site

every_act = pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name.replace(" ", "-"))
pytestmark = pytest.mark.django_db


def perform(act: Act, caller: Caller, subject: Any) -> Any:
    return caller.send(act.method, act.url(subject), json.dumps(act.body), **dict(act.headers))


def test_every_writing_address_is_an_act_here() -> None:
    written = {
        (method, "api/v1/" + str(pattern.pattern))
        for pattern in urlpatterns
        for method in ("post", "put")
        if hasattr(getattr(getattr(pattern.callback, "cls", None), method, None), "endpoint")
    }
    assert written == {(act.method, resolve(act.url(None)).route) for act in ACTS}


@every_act
def test_anonymous_caller_is_asked_for_a_token(act: Act, cast: Cast) -> None:
    subject = act.ready(cast)
    before = history_rows()
    response = perform(act, ANONYMOUS, subject)
    problem(response, 401, "not-authenticated")
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert history_rows() == before


@every_act
def test_role_without_the_permission_is_refused(act: Act, cast: Cast) -> None:
    subject, caller = act.ready(cast), caller_of(cast.roles[act.not_by])
    before = history_rows()
    problem(perform(act, caller, subject), 403, "permission-missing")
    assert history_rows() == before


@every_act
def test_another_site_finds_nothing(act: Act, cast: Cast) -> None:
    subject = act.ready(cast)
    elsewhere = make_staff(cast.trial, act.by, site=second_site(cast), username="elsewhere")
    caller = caller_of(elsewhere)
    before = history_rows()
    code = "not-found" if act.elsewhere == 404 else "invalid-values"
    problem(perform(act, caller, subject), act.elsewhere, code)
    assert history_rows() == before


@pytest.mark.parametrize("act", [a for a in ACTS if a.code], ids=lambda act: act.name.replace(" ", "-"))
def test_wrong_state_is_refused(act: Act, cast: Cast) -> None:
    subject, caller = act.wrong(cast), caller_of(cast.roles[act.by])
    before = history_rows()
    problem(perform(act, caller, subject), act.status, act.code)
    assert history_rows() == before


@every_act
def test_act_is_done_and_says_by_whom(act: Act, cast: Cast) -> None:
    subject, caller = act.ready(cast), caller_of(cast.roles[act.by])
    before = history_rows()
    response = perform(act, caller, subject)
    assert response.status_code == act.done, response.content.decode()
    assert history_rows() > before
    written = [
        row
        for model in audited_models()
        for row in model.history.filter(history_request_id=response["X-Request-ID"])
    ]
    assert {(row.history_username, row.history_role, row.history_channel) for row in written} == {
        (cast.roles[act.by].user.username, str(act.by), "api")
    }
