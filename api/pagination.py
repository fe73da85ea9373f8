"""Lists by the page. A cursor names a row, not a position: rows added meanwhile shift nothing."""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import QuerySet
from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from api.parameters import CURSOR
from api.refusals import bad_parameter
from audit.rules import gettext_noop as _

_CURSOR = re.compile(r"([<>])([0-9]{1,15})")
Keyed = tuple[int, Any]


@dataclass(frozen=True)
class Cursor:
    """The rows after (or before) the one with this key, in the order of the list."""

    key: int
    after: bool = True

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises `HttpRefusal` (400, invalid-parameter) for a cursor that this server did not make."""
        try:
            found = _CURSOR.fullmatch(base64.b64decode(text, altchars=b"-_", validate=True).decode("ascii"))
        except (binascii.Error, ValueError):
            found = None
        if found is None:
            raise bad_parameter(CURSOR.name, _("taken from next or previous as it is"))
        return cls(int(found[2]), found[1] == ">")

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(f"{'>' if self.after else '<'}{self.key}".encode()).decode()


@dataclass(frozen=True)
class Stored:
    """Rows of a table, ordered and cut by an ascending number in it."""

    rows: QuerySet
    key: str

    def cut(self, cursor: Cursor | None, limit: int) -> list[Keyed]:
        """Up to `limit` rows with their keys, from the cursor in its direction."""
        after = cursor is None or cursor.after
        rows = self.rows.order_by(self.key if after else f"-{self.key}")
        if cursor:
            rows = rows.filter(**{f"{self.key}__{'gt' if after else 'lt'}": cursor.key})
        found = [(getattr(row, self.key), row) for row in rows[:limit]]
        return found if after else found[::-1]


@dataclass(frozen=True)
class Listed:
    """Rows at hand, cut by their places. New ones come at the end, where `newest_first` begins."""

    rows: Iterable[Any]
    newest_first: bool = False

    def cut(self, cursor: Cursor | None, limit: int) -> list[Keyed]:
        """As in `Stored`."""
        step = -1 if self.newest_first else 1
        keyed = list(enumerate(self.rows))[::step]
        if cursor is None:
            return keyed[:limit]
        if cursor.after:
            return [row for row in keyed if (row[0] - cursor.key) * step > 0][:limit]
        return [row for row in keyed if (row[0] - cursor.key) * step < 0][-limit:]


def page(view: Any, pages: Stored | Listed, document: Callable[[list[Any]], Sequence[BaseModel]]) -> Response:
    """The page that the request asks for; `document` makes the rows' documents all at once."""
    cursor = Cursor.read(view.query["cursor"]) if view.query["cursor"] else None
    forward = cursor is None or cursor.after
    limit = view.query["limit"]
    found = pages.cut(cursor, limit + 1)
    more = len(found) > limit
    kept = found[:limit] if forward else found[-limit:]
    following = Cursor(kept[-1][0]) if kept and (more or not forward) else None
    preceding = Cursor(kept[0][0], after=False) if kept and (cursor if forward else more) else None
    documents = document([row for _key, row in kept])
    return Response(
        {
            "results": [each.model_dump(mode="json", by_alias=True) for each in documents],
            "next": _address(view.request, following),
            "previous": _address(view.request, preceding),
        }
    )


def _address(request: Request, cursor: Cursor | None) -> str | None:
    return replace_query_param(request.build_absolute_uri(), "cursor", str(cursor)) if cursor else None
