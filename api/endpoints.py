"""An endpoint is declared once: what it demands, what is sent, what is answered. Its contract and its
documentation both follow from the declaration."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.db import transaction
from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.response import Response

from api.etags import expected_revision
from api.parameters import CURSOR, DRY_RUN, LIMIT, Parameter, read_parameters
from audit.validation import parse
from trials.rules.roles import Permission

Method = Callable[..., Response]


@dataclass(frozen=True)
class Endpoint:
    """One method of one address.

    A `conditional` write names the revision on which it rests (RFC 9110, 13); where it `creates`, none yet.
    """

    permission: Permission | None
    answers: type[BaseModel]
    sends: type[BaseModel] | None = None
    status: int = 200
    query: tuple[Parameter, ...] = ()
    paged: bool = False
    conditional: bool = False
    creates: bool = False
    tagged: bool = False

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Every query parameter that it takes."""
        paging = (LIMIT, CURSOR) if self.paged else ()
        return self.query + paging + ((DRY_RUN,) if self.sends else ())


def endpoint(permission: Permission | None, **declared: Any) -> Callable[[Method], Method]:
    """Declare a view method. It is called with the parsed body, if it takes one, and finds the query
    parameters in `self.query` and the revision that the caller has read in `self.expected_revision`.
    """
    declaration = Endpoint(permission, **declared)

    def declare(method: Method) -> Method:
        @wraps(method)
        def view(self: Any, request: Request, **keys: Any) -> Response:
            self.query = read_parameters(declaration.parameters, request.query_params)
            if declaration.conditional:
                self.expected_revision = expected_revision(request, may_create=declaration.creates)
            sent = [parse(declaration.sends, request.data)] if declaration.sends else []
            if self.query.get("dry_run"):
                return _rehearsed(lambda: method(self, *sent))
            return method(self, *sent)

        view.endpoint = declaration  # type: ignore[attr-defined]
        return view

    return declare


def _rehearsed(act: Callable[[], Response]) -> Response:
    """Do everything and keep nothing: the answer as it would be, of a record that does not exist."""
    with transaction.atomic():
        response = act()
        transaction.set_rollback(True)
    response.status_code = 200
    for header in ("ETag", "Location"):
        response.headers.pop(header, None)
    return response
