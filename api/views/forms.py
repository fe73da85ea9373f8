"""Forms of a visit and rows of a log: one whole form, one request."""

from collections.abc import Mapping
from typing import Any

from rest_framework.response import Response

from api.answers import answered, below
from api.endpoints import endpoint
from api.guards import SubjectView, VisitView
from api.pagination import CursorPages, page
from api.serializers.documents import Page
from api.serializers.forms import FormRead, FormSent
from assessments.actions.capture import capture
from assessments.models import Assessment
from assessments.selectors import assessment_of, form_of
from audit.rules import UnknownObject
from trials.rules.forms import FormKind
from trials.rules.roles import Permission
from visits.models import Visit


def _captured(view: SubjectView, sent: FormSent, visit: Visit | None, repeat: int | None) -> Assessment:
    return capture(
        subject=view.subject,
        form=view.kwargs["form"],
        visit=visit,
        repeat=repeat,
        values=sent.values,
        overrides=sent.reasons_by_check,
        complete=sent.complete,
        expected_revision=view.expected_revision,
        drawn_from=sent.version,
        reason=sent.reason,
        today=view.today,
        by=view.by,
    )
