"""The registers of accounts and access tokens; an account is opened by its action."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import open_account
from accounts.models import LANGUAGES, AccessToken, User
from workbench.admin.register import Register
from workbench.forms.acts import ActForm
from workbench.pages.acts import act_page
from workbench.registers import keeper, may_keep_registers


class AccountForm(ActForm):
    layout = "single"

    username = forms.CharField(
        label=gettext_lazy("Sign-in name"),
        max_length=150,
        help_text=gettext_lazy("One person, one account. A name is never used again."),
    )
    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=150)
    email = forms.EmailField(label=gettext_lazy("E-mail"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES)
    password = forms.CharField(
        label=gettext_lazy("First password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 12 characters; the person changes it after signing in."),
    )


@admin.register(User)
class UserRegister(Register):
    list_display = ["username", "full_name", "email", "language", "is_active", "last_login"]
    list_filter = ["is_active", "language"]
    search_fields = ["username", "full_name", "email"]
    ordering = ["username"]
    fields = ["username", "full_name", "email", "language", "is_active", "date_joined", "last_login"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_keep_registers(request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        self.demand_keeper(request)
        form = AccountForm(request.POST or None)
        if request.method == "POST" and form.attempt(open_account, by=keeper(request)):
            messages.success(request, _("The account is open. Assign it a role in a trial next."))
            return redirect("admin:accounts_user_changelist")
        return act_page(request, form, title=_("Open an account"), back="admin:accounts_user_changelist")


@admin.register(AccessToken)
class AccessTokenRegister(Register):
    list_display = ["name", "user", "expires_at", "revoked_at"]
    list_select_related = ["user"]
    search_fields = ["name", "user__username"]
    fields = ["name", "user", "expires_at", "revoked_at"]
