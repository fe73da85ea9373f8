"""The registers of trials, protocol versions, sites and staff; roles are assigned and ended by actions."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from trials.actions import assign_role, end_role
from trials.models import ProtocolVersion, Site, StaffRole, Trial
from trials.rules.roles import ROLE_LABELS, Role
from workbench.admin.register import Register, as_json
from workbench.forms.acts import ActForm, SiteField, day_field, prose_field
from workbench.pages.acts import act_page
from workbench.registers import keeper, may_keep_registers, trials_kept

STAFF = "admin:trials_staffrole_changelist"


class TrialRegister(Register):
    """Rows of the trials that the person administers."""

    trial_path = "trial"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        kept = {f"{self.trial_path}__in": trials_kept(request)}
        return super().get_queryset(request).filter(**kept)


@admin.register(Trial)
class Trials(TrialRegister):
    trial_path = "pk"
    list_display = ["code", "kind", "time_zone"]
    fields = ["code", "kind", "time_zone"]


@admin.register(Site)
class Sites(TrialRegister):
    list_display = ["number", "name_en", "name_zh", "trial"]
    list_select_related = ["trial"]
    fields = ["trial", "number", "name_en", "name_zh"]


@admin.register(ProtocolVersion)
class ProtocolVersions(TrialRegister):
    list_display = ["trial", "version", "published_at", "digest"]
    list_select_related = ["trial"]
    fields = ["trial", "version", "published_at", "digest", "definition_text"]

    @admin.display(description=gettext_lazy("definition"))
    def definition_text(self, version: ProtocolVersion) -> SafeString:
        return as_json(version.document.content)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields


class AssignForm(ActForm):
    layout = "single"

    user = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Person"))
    trial = forms.ModelChoiceField(Trial.objects.none(), label=gettext_lazy("Trial"))
    role = forms.TypedChoiceField(label=gettext_lazy("Role"), coerce=Role)
    site = SiteField(
        Site.objects.none(),
        label=gettext_lazy("Site"),
        required=False,
        empty_label=gettext_lazy("all sites of the trial"),
    )
    starts_on = day_field(gettext_lazy("From"))

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = trials_kept(request)
        self.fields["user"].queryset = User.objects.filter(is_active=True).order_by("username")
        self.fields["trial"].queryset = kept
        self.fields["site"].queryset = Site.objects.filter(trial__in=kept)
        self.fields["role"].choices = [(role, _(ROLE_LABELS[role])) for role in Role]


class EndForm(ActForm):
    layout = "single"

    ends_on = day_field(gettext_lazy("Last day"))
    reason = prose_field(gettext_lazy("Reason"))


@admin.register(StaffRole)
class Staff(TrialRegister):
    list_display = ["user", "role", "trial", "site", "starts_on", "ends_on"]
    list_select_related = ["user", "trial", "site"]
    list_filter = ["trial", "role"]
    search_fields = ["user__username", "user__full_name"]
    fields = ["user", "role", "trial", "site", "starts_on", "ends_on"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_keep_registers(request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        self.demand_keeper(request)
        today = timezone.localdate()
        form = AssignForm(request.POST or None, request=request, initial={"starts_on": today})
        if request.method == "POST" and form.attempt(assign_role, by=keeper(request)):
            messages.success(request, _("The role is assigned."))
            return redirect(STAFF)
        return act_page(request, form, title=_("Assign a role"), back=STAFF)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A role that has ended is only read; one in force can be ended."""
        self.demand_keeper(request)
        role = get_object_or_404(self.get_queryset(request), pk=object_id)
        if role.ends_on:
            return super().change_view(request, object_id, form_url, extra_context)
        form = EndForm(request.POST or None, initial={"ends_on": timezone.localdate()})
        if request.method == "POST" and form.attempt(end_role, role=role, by=keeper(request)):
            messages.success(request, _("The role is ended."))
            return redirect(STAFF)
        title = _("End the role of {person}").format(person=role)
        return act_page(request, form, title=title, back=STAFF, grave=True)
