"""Lists by the page. A cursor names a row, not a position: rows added meanwhile shift nothing."""

import base64
import binascii
import re
from collections.abc import Callable, Sequence
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
class CursorPages:
    """A list whose rows are ordered by an ascending number, and cut by it."""

    rows: QuerySet
    key: str

    def cut(self, cursor: Cursor | None, limit: int) -> tuple[list[Any], bool]:
        """Up to `limit` rows, and whether more follow in the direction of the cursor."""
        if cursor is None or cursor.after:
            rows = self.rows.filter(**{f"{self.key}__gt": cursor.key}) if cursor else self.rows
            found = list(rows.order_by(self.key)[: limit + 1])
            return found[:limit], len(found) > limit
        found = list(
            self.rows.filter(**{f"{self.key}__lt": cursor.key}).order_by(f"-{self.key}")[: limit + 1]
        )
        return found[:limit][::-1], len(found) > limit

    def key_of(self, row: Any) -> int:
        return getattr(row, self.key)


@dataclass(frozen=True)
class NewestFirst:
    """A list that only grows: rows are counted from the oldest, and shown from the newest."""

    rows: Sequence[Any]

    def cut(self, cursor: Cursor | None, limit: int) -> tuple[list[Any], bool]:
        """As in `CursorPages`, with the rows' places, counted down, as their keys."""
        numbered = list(enumerate(self.rows))[::-1]
        if cursor is None:
            return numbered[:limit], len(numbered) > limit
        if cursor.after:
            found = [row for row in numbered if row[0] < cursor.key]
            return found[:limit], len(found) > limit
        found = [row for row in numbered if row[0] > cursor.key]
        return found[-limit:], len(found) > limit

    def key_of(self, row: tuple[int, Any]) -> int:
        return row[0]


def page(
    view: Any, pages: CursorPages | NewestFirst, document: Callable[[list[Any]], Sequence[BaseModel]]
) -> Response:
    """The page that the request asks for; `document` makes the rows' documents all at once."""
    cursor = Cursor.read(view.query["cursor"]) if view.query["cursor"] else None
    rows, more = pages.cut(cursor, view.query["limit"])
    forward = cursor is None or cursor.after
    following = Cursor(pages.key_of(rows[-1])) if rows and (more or not forward) else None
    preceding = Cursor(pages.key_of(rows[0]), after=False) if rows and (cursor if forward else more) else None
    return Response(
        {
            "results": [row.model_dump(mode="json", by_alias=True) for row in document(rows)],
            "next": _address(view.request, following),
            "previous": _address(view.request, preceding),
        }
    )


def whole(documents: Sequence[BaseModel]) -> Response:
    """A list that is always short, in the shape of any other."""
    results = [document.model_dump(mode="json", by_alias=True) for document in documents]
    return Response({"results": results, "next": None, "previous": None})


def _address(request: Request, cursor: Cursor | None) -> str | None:
    return replace_query_param(request.build_absolute_uri(), "cursor", str(cursor)) if cursor else None
