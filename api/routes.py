"""Addresses made of the keys that people say aloud. A trailing slash is neither needed nor refused."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.urls import URLPattern, register_converter
from django.urls.converters import StringConverter
from django.urls.resolvers import RoutePattern


class SpokenKey(StringConverter):
    """S001, INF2, MGADL, NCT07243366, INC-05."""

    regex = "[A-Z][A-Z0-9-]{0,39}"


class VersionKey(StringConverter):
    """1.0, 2.10."""

    regex = r"[0-9]{1,4}\.[0-9]{1,4}"


class RowNumber:
    """1, 2, 3 … as a row or event is counted; no more than a database column holds."""

    regex = "[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(SpokenKey, "spoken")
register_converter(VersionKey, "dotted")
register_converter(RowNumber, "count")


class SlashTolerant(RoutePattern):
    """Matches with and without the slash, and is one endpoint in the OpenAPI document."""

    def match(self, path: str) -> Any:
        return super().match(path.removesuffix("/"))


def route(address: str, view: Callable[..., HttpResponseBase]) -> URLPattern:
    """The address of a view, such as `trials/<spoken:trial>`."""
    return URLPattern(SlashTolerant(address, is_endpoint=True), view)
