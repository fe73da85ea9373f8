"""Signing in, and the language in which the person reads on."""

from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from accounts.actions import prefer_language
from accounts.models import LANGUAGES


class SignInForm(AuthenticationForm):
    """An account is enough to come in; the stock admin would ask for `is_staff` as well."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("That name and password don't belong together. Both are case-sensitive."),
    }


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language of the pages; for somebody signed in, of the account too."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(LANGUAGES):
        prefer_language(user=request.user, language=chosen)
    return set_language(request)
