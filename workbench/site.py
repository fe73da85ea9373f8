"""The admin site that Casebook signs people into: our own pages and skin around the stock registers."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

from workbench.entrance import SignInForm
from workbench.pages.front import front
from workbench.registers import may_keep_registers
from workbench.routes import page_routes


class CasebookAdminSite(AdminSite):
    site_header = _("Casebook")
    site_title = _("Casebook")
    enable_nav_sidebar = False
    final_catch_all_view = False
    login_form = SignInForm
    login_template = "workbench/sign_in.html"
    logout_template = "workbench/signed_out.html"
    password_change_template = "workbench/password.html"  # noqa: S105  a template
    password_change_done_template = "workbench/password_changed.html"  # noqa: S105  a template
    app_index_template = "workbench/registers.html"
    index_template = "workbench/registers.html"

    def has_permission(self, request: HttpRequest) -> bool:
        """Anyone with an account comes in; what they see there is decided by their roles in trials."""
        return request.user.is_active

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return page_routes(self) + super().get_urls()

    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return front(request)

    def registers(self, request: HttpRequest) -> HttpResponse:
        """The stock index of registers, which the front page has taken the place of."""
        return super().index(request, {"title": _("Registers")})

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Only who keeps the registers pays for looking up which there are."""
        if may_keep_registers(request):
            return super().each_context(request)
        return {
            "site_title": self.site_title,
            "site_header": self.site_header,
            "has_permission": self.has_permission(request),
            "is_popup": False,
        }

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Whoever signs in reads on in the language of their account."""
        response = super().login(request, extra_context)
        if request.user.is_authenticated and response.status_code == 302:
            remember_language(response, request.user.language)
        return response


def remember_language(response: HttpResponse, language: str) -> None:
    """Keep the language in the cookie that `LocaleMiddleware` reads."""
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 24 * 3600, samesite="Lax")
