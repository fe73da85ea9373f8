"""Informed consents."""

from rest_framework.response import Response

from api.answers import answered
from api.endpoints import endpoint
from api.guards import SubjectView
from api.pagination import Stored, page
from api.serializers.documents import Page
from api.serializers.subjects import ConsentRead, ConsentSent
from subjects.actions import record_consent
from trials.rules.roles import Permission


class Consents(SubjectView):
    @endpoint(Permission.SUBJECT_VIEW, answers=Page[ConsentRead], paged=True)
    def get(self) -> Response:
        """The signed consents, in the order in which they were recorded."""
        consents = Stored(self.subject.consents.all(), "id")
        return page(self, consents, lambda rows: [ConsentRead.of(row) for row in rows])

    @endpoint(Permission.CONSENT_RECORD, sends=ConsentSent, answers=ConsentRead, status=201)
    def post(self, sent: ConsentSent) -> Response:
        """Record a signed consent. Nothing is captured before the first one."""
        consent = record_consent(
            subject=self.subject,
            icf_version=sent.icf_version,
            signed_at=sent.signed_at,
            obtained_by=sent.obtained_by,
            now=self.now,
            by=self.by,
        )
        return answered(ConsentRead.of(consent), status=201)
