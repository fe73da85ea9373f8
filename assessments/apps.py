from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")

    def ready(self) -> None:
        from assessments.receivers import follow_redated_visit
        from visits.signals import visit_redated

        visit_redated.connect(follow_redated_visit)
