"""Who calls: a person or client by bearer token, or a person by the session of the pages."""

from typing import Any

from django.utils import timezone
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from accounts.models import User
from accounts.selectors import user_of_token


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer casebook_…` (RFC 6750). It stands first: a 401 asks for a bearer token."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        scheme, _space, token = authentication.get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        user = user_of_token(token.strip().decode("latin-1"), now=timezone.now())
        if user is None:
            raise AuthenticationFailed()
        return user, None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="casebook"'


class CsrfFailed(PermissionDenied):
    """A session came without its CSRF token: the call may not be the person's own."""


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of the pages, with Django's CSRF token for every write."""

    def enforce_csrf(self, request: Any) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise CsrfFailed() from error
