"""Calls the API as a client does: JSON in, JSON out, a bearer token in the header."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.test import Client
from django.utils import timezone

from accounts.actions import issue_token
from audit.selectors import audited_models
from tests.api.documented import assert_documented
from tests.factories import SYSTEM
from trials.models import StaffRole

TRIAL = "/api/v1/trials/NCT07243366"


@dataclass
class Caller:
    """A client with an access token (none: anonymous)."""

    token: str = ""
    language: str = "en"
    client: Client = field(default_factory=Client)

    def headers(self, **more: str) -> dict[str, str]:
        given = {"authorization": f"Bearer {self.token}"} if self.token else {}
        return {"accept-language": self.language, **given, **more}

    def get(self, path: str, **headers: str) -> Any:
        response = self.client.get(path, headers=self.headers(**headers))
        if response.status_code != 304:
            assert_documented("get", path, response)
        return response

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("post", path, json.dumps(body), **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("put", path, json.dumps(body), **headers)

    def create(self, path: str, body: Any = None) -> Any:
        return self.put(path, body, **{"if-none-match": "*"})

    def change(self, path: str, body: Any, etag: str) -> Any:
        return self.put(path, body, **{"if-match": etag})

    def send(self, method: str, path: str, text: str | bytes, **headers: str) -> Any:
        call = getattr(self.client, method)
        response = call(path, text, content_type="application/json", headers=self.headers(**headers))
        assert_documented(method, path, response)
        return response


def caller_of(role: StaffRole, **more: Any) -> Caller:
    token = issue_token(user=role.user, name="tests", now=timezone.now(), by=SYSTEM)
    return Caller(token, **more)


ANONYMOUS = Caller()


def history_rows() -> int:
    """How many versions of anything there are: what an act that is refused must not change."""
    tables = [model for model in apps.get_models() if hasattr(model, "instance_type")]
    return sum(table.objects.count() for table in tables)


def rows() -> int:
    """How many records of the trial there are."""
    return sum(model.objects.count() for model in audited_models())


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document of a refusal, checked for its form (RFC 9457)."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    assert response["X-Request-ID"]
    document = response.json()
    assert {"type", "title", "status", "detail", "code"} <= document.keys()
    assert (document["status"], document["code"]) == (status, code), document
    assert document["type"] == f"urn:casebook:problem:{code}"
    return document


def pointers(response: Any) -> dict[str, str]:
    """The code at each pointer of a 422."""
    return {fault["pointer"]: fault["code"] for fault in problem(response, 422, "invalid-values")["errors"]}
