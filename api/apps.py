from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "api"
    verbose_name = _("REST API")

    def ready(self) -> None:
        from django_structlog.signals import bind_extra_request_finished_metadata, update_failure_response

        from api.request_ids import echo_request_id

        bind_extra_request_finished_metadata.connect(echo_request_id)
        update_failure_response.connect(echo_request_id)
