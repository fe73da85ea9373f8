from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _
from simple_history.signals import pre_create_historical_record


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = _("Audit")

    def ready(self) -> None:
        from audit.append_only import protect_after_migrate
        from audit.attribution import attribute_history_row

        pre_create_historical_record.connect(attribute_history_row)
        post_migrate.connect(protect_after_migrate)
