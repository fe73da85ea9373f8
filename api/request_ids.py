"""The request id: made by the server for every call, kept in the audit rows and told to the caller."""

from typing import Any

import structlog
from django.http import HttpResponse


def current_request_id() -> str:
    """The id of the request in hand, as it stands in the log."""
    return structlog.contextvars.get_contextvars().get("request_id", "")


def echo_request_id(response: HttpResponse, **kwargs: Any) -> None:
    """Name the request in its answer, so that a client can quote it and the trail can be searched for it."""
    response.headers["X-Request-ID"] = current_request_id()
