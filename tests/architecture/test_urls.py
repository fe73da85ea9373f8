"""No page and no endpoint answers a caller who has not signed in, except those named here."""

import re
from collections.abc import Iterator

import pytest
from django.urls import URLResolver, get_resolver, resolve

OPEN = {
    "language/": "switches the language of the sign-in page, too",
    "login/": "the sign-in page itself",
    "logout/": "leaving twice shows nothing but the farewell",
    "healthz": "says whether the site is well, and nothing about a trial",
}
SAMPLES = {
    "app_label": "auth",
    "trial": "NCT07243366",
    "subject": "S001",
    "visit": "INF1",
    "form": "MGADL",
    "criterion": "INC-01",
    "version": "1.0",
}


def routes(resolver, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        own = str(entry.pattern)
        route = prefix + own.removeprefix("^") if prefix else own
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        else:
            yield route


def path_of(route: str) -> str:
    """A path that matches the route, with a plausible value in each of its holes."""
    route = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", sample, route)
    route = re.sub(r"<(?:\w+:)?(\w+)>", sample, route)
    return "/" + re.sub(r"[\^$?]|\\Z", "", route).replace(r"\.", ".")


def sample(hole: re.Match) -> str:
    return SAMPLES.get(hole[1], "1")


ROUTES = sorted(set(routes(get_resolver())))


@pytest.mark.django_db
@pytest.mark.parametrize("route", [route for route in ROUTES if route not in OPEN])
def test_anonymous_caller_is_refused(client, route):
    assert resolve(path_of(route)).route == route, "give its holes values in SAMPLES"
    answers = [getattr(client, method)(path_of(route)) for method in ("get", "post", "put")]
    refusals = [answer for answer in answers if answer.status_code != 405]
    assert refusals, "the route takes neither GET, POST nor PUT: try its own method here"
    assert {refused(answer) for answer in refusals} == {True}, [a.status_code for a in answers]


def refused(answer) -> bool:
    sent_to_sign_in = answer.status_code == 302 and "/login/" in answer.url
    return sent_to_sign_in or answer.status_code in (401, 403)


@pytest.mark.parametrize("route", sorted(OPEN))
def test_open_route_exists(route):
    assert route in ROUTES
