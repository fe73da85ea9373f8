"""The register of the notice ledger."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from notifications.models import Notice
from workbench.admin.register import Register, as_json
from workbench.registers import trials_kept


@admin.register(Notice)
class Notices(Register):
    list_display = ["due_at", "kind", "stage", "recipient", "state", "sent_at", "attempts"]
    list_select_related = ["recipient"]
    list_filter = ["state", "kind", "rehearsal"]
    fields = [
        "kind", "stage", "occasion", "recipient", "channel", "words", "state", "planned_at", "due_at",
        "attempts", "sent_at", "withdrawn_at", "reason", "message_id",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        codes = list(trials_kept(request).values_list("code", flat=True))
        return super().get_queryset(request).filter(params__trial__in=codes)

    @admin.display(description=gettext_lazy("parameters"))
    def words(self, notice: Notice) -> SafeString:
        return as_json(notice.params)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields
