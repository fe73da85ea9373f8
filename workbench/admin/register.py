"""`Register`: a stock list and page of records that nobody changes there."""

import json
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from workbench.registers import may_keep_registers


class Register(ModelAdmin):
    """Read by who keeps the registers. Nothing is changed or deleted here: a record is not a row to edit."""

    actions = None
    list_per_page = 50
    change_list_template = "workbench/register_list.html"
    change_form_template = "workbench/register_page.html"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_keep_registers(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_keep_registers(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def demand_keeper(self, request: HttpRequest) -> None:
        """For the pages of acts, which replace Django's own and its check with them."""
        if not may_keep_registers(request):
            raise PermissionDenied

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def as_json(value: Any) -> SafeString:
    """A document as it is stored, to be read."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return format_html('<pre class="readonly">{}</pre>', text)
