"""The infusion given at a visit."""

from rest_framework.response import Response

from api.answers import answered
from api.endpoints import endpoint
from api.guards import VisitView
from api.serializers.visits import InfusionRead, InfusionSent
from audit.rules import UnknownObject
from trials.rules.roles import Permission
from visits.actions.infusion import record_infusion
from visits.models import Infusion as InfusionRecord


class Infusion(VisitView):
    @endpoint(Permission.SUBJECT_VIEW, answers=InfusionRead, tagged=True)
    def get(self) -> Response:
        """The infusion of a visit."""
        infusion = InfusionRecord.objects.select_related("visit").filter(visit=self.visit).first()
        if infusion is None:
            raise UnknownObject()
        return answered(InfusionRead.of(infusion), revision=infusion.revision)

    @endpoint(
        Permission.INFUSION_RECORD, sends=InfusionSent, answers=InfusionRead, conditional=True, creates=True
    )
    def put(self, sent: InfusionSent) -> Response:
        """Record the infusion of a visit that took place, or correct it.

        The first infusion is Day 1, from which the schedule is planned.
        """
        infusion = record_infusion(
            visit=self.visit,
            values=sent.values,
            expected_revision=self.expected_revision,
            reason=sent.reason,
            now=self.now,
            by=self.by,
        )
        status = 201 if self.expected_revision is None else 200
        return answered(InfusionRead.of(infusion), status=status, revision=infusion.revision)
