"""Answers: a document, its status, and the headers that go with it."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.response import Response

from api.etags import etag


def answered(
    document: BaseModel, *, status: int = 200, revision: int | None = None, at: str | None = None
) -> Response:
    """A document. `revision` gives its ETag, `at` the address of what was made."""
    headers: dict[str, Any] = {}
    if revision is not None:
        headers["ETag"] = etag(revision)
    if at is not None:
        headers["Location"] = at
    return Response(document.model_dump(mode="json", by_alias=True), status, headers=headers)


def tagged(document: Mapping[str, Any], tag: str) -> Response:
    """A document that never changes under its tag."""
    return Response(document, headers={"ETag": f'"{tag}"'})


def below(request: Request, key: str | int) -> str:
    """The address of a member of the list that the request went to."""
    return request.build_absolute_uri(f"{request.path.rstrip('/')}/{key}")
