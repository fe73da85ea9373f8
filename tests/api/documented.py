"""Holds every answer that a test sees against the OpenAPI document: status, headers and body."""

import json
import re
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.urls import resolve
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from api.views.documentation import openapi_document

BASE = "urn:openapi"


@cache
def _registry() -> Registry:
    resource = Resource.from_contents(openapi_document(), default_specification=DRAFT202012)
    return Registry().with_resource(BASE, resource)


def operation_of(method: str, path: str) -> dict[str, Any] | None:
    """What the document says of a call; None where it has no such address."""
    template = "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", resolve(urlsplit(path).path).route)
    return openapi_document()["paths"].get(template, {}).get(method)


def assert_documented(method: str, path: str, response: Any) -> None:
    operation = operation_of(method, path)
    if operation is None:
        return
    documented = operation["responses"].get(str(response.status_code))
    assert documented, f"{method} {path}: {response.status_code} is not documented"
    (media_type, body), *_ = documented["content"].items()
    assert response["Content-Type"] == media_type
    for header in documented.get("headers", {}):
        assert response.headers.get(header) or "dry_run" in path, f"{method} {path} lacks {header}"
    faults = list(_validator(body["schema"]).iter_errors(json.loads(response.content)))
    assert faults == [], f"{method} {path}: {faults[0].message}"


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    located = {name: f"{BASE}{value}" if name == "$ref" else value for name, value in schema.items()}
    return Draft202012Validator(located, registry=_registry())
