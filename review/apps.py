from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    name = "review"
    verbose_name = _("Review")

    def ready(self) -> None:
        from assessments.signals import assessment_saved
        from review.receivers import follow_saved_assessment

        assessment_saved.connect(follow_saved_assessment)
