"""The OpenAPI document is valid, complete and true, and can be browsed under the site's strict policy."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.http import JsonResponse
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from api.guards import SignedInView, TrialView
from api.urls import urlpatterns
from api.views.documentation import openapi_document
from tests.api.calling import ANONYMOUS, TRIAL, Caller, problem
from tests.api.documented import assert_documented
from tests.factories import PASSWORD, Cast
from trials.rules.roles import Role

DOCUMENT = "/api/v1/openapi.json"
VIEWS = [
    pattern.callback.cls  # type: ignore[attr-defined]
    for pattern in urlpatterns
    if issubclass(getattr(pattern.callback, "cls", object), SignedInView)
]
METHODS = [
    (view, method) for view in VIEWS for method in ("get", "post", "put") if getattr(view, method, None)
]
OPERATIONS = [
    (path, method, operation)
    for path, methods in openapi_document()["paths"].items()
    for method, operation in methods.items()
]


def test_document_is_valid_openapi() -> None:
    assert openapi_document()["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(openapi_document()).validate()


def test_document_is_drawn_without_a_warning(tmp_path: Path) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "openapi.yaml"))


@pytest.mark.parametrize(("view", "method"), METHODS, ids=lambda part: getattr(part, "__name__", part))
def test_method_declares_its_endpoint(view: Any, method: str) -> None:
    declared = getattr(view, method).endpoint
    assert (declared.permission is not None) == issubclass(view, TrialView)
    assert (declared.sends is None) == (method == "get")
    assert declared.conditional == (method == "put")
    assert getattr(view, method).__doc__, "its docstring is its summary"


def test_every_method_is_in_the_document() -> None:
    assert len(OPERATIONS) == len(METHODS)


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=lambda part: str(part)[:60])
def test_operation_says_what_a_client_must_know(path: str, method: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["tags"]
    assert operation["security"] == [{"bearer": []}, {"session": []}]
    assert {"400", "401", "403", "404"} <= operation["responses"].keys()
    for status, answer in operation["responses"].items():
        (media_type, body), *others = answer["content"].items()
        assert others == []
        assert (media_type == "application/problem+json") == (status >= "400")
        assert body["schema"].keys() == {"$ref"}
    named = {parameter["name"] for parameter in operation.get("parameters", ())}
    assert set(re.findall(r"{(\w+)}", path)) <= named
    assert ("dry_run" in named) == (method != "get")


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for _path, _method, operation in OPERATIONS]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("body", "status"), [({"cap": "fifteen"}, 200), ({}, 200), ({"cap": 15}, 202)], ids=str
)
def test_answer_that_is_not_as_documented_is_noticed(body: dict[str, Any], status: int) -> None:
    answer = JsonResponse(body, status=status, headers={"X-Request-ID": "1"})
    with pytest.raises(AssertionError):
        assert_documented("get", f"{TRIAL}/enrolment", answer)


@pytest.mark.django_db
def test_document_is_for_those_who_may_sign_in(cast: Cast, coordinator: Caller) -> None:
    problem(ANONYMOUS.get(DOCUMENT), 401, "not-authenticated")
    served = coordinator.get(DOCUMENT)
    assert (served.status_code, served["X-Request-ID"] != "") == (200, True)
    assert served.json()["paths"].keys() == openapi_document()["paths"].keys()
    for accept in ("application/json", "application/vnd.oai.openapi+json", "*/*"):
        assert coordinator.get(DOCUMENT, accept=accept).status_code == 200


@pytest.mark.django_db
def test_page_holds_nothing_that_the_policy_forbids(cast: Cast) -> None:
    browser = Client()
    assert browser.get("/api/v1/docs/").status_code == 302
    browser.login(username=cast.roles[Role.READ_ONLY].user.username, password=PASSWORD)
    page = browser.get("/api/v1/docs")
    html = page.content.decode()
    assert "unsafe" not in page["Content-Security-Policy"]
    assert re.findall(r"<style|style=|<script>|\son\w+=|https?://", html) == []
    for asset in re.findall(r'(?:src|href)="/static/([^"]+)"', html):
        assert finders.find(asset), asset
