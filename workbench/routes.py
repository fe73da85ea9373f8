"""The addresses of the pages, by the keys that people say aloud: trial, subject, visit, form."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from workbench.entrance import language


class Key(StringConverter):
    """A key as it is spoken: S001, INF2, MGADL, NCT07243366."""

    regex = "[A-Z][A-Z0-9-]*"


register_converter(Key, "key")


def page_routes(site: AdminSite) -> list[URLPattern]:
    """Every page behind the sign-in, and the language switch before it."""
    pages = [path(route, site.admin_view(view), name=name) for route, view, name in PAGES]
    return [
        path("language/", language, name="language"),
        path("registers/", site.admin_view(site.registers), name="registers"),
        *pages,
    ]


PAGES: list = []
