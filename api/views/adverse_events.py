"""Adverse events of a subject."""

from typing import cast

from rest_framework.response import Response

from api.answers import answered, below
from api.endpoints import endpoint
from api.guards import SubjectView
from api.pagination import Stored, page
from api.serializers.adverse_events import AdverseEventInFull, AdverseEventSent, CorrectionSent
from api.serializers.documents import Page
from safety.actions import correct_adverse_event, record_adverse_event
from safety.models import AdverseEvent as Event
from safety.selectors import emergence, event_of, events_of
from trials.rules.roles import Permission


class AdverseEventView(SubjectView):
    """Events are answered with whether they emerged under treatment."""

    tag = "Adverse events"

    def read(self, events: list[Event]) -> list[AdverseEventInFull]:
        emergent = emergence(self.subject, events)
        return [AdverseEventInFull.of(event, treatment_emergent=emergent[event.number]) for event in events]


class AdverseEvents(AdverseEventView):
    @endpoint(Permission.SUBJECT_VIEW, answers=Page[AdverseEventInFull], paged=True)
    def get(self) -> Response:
        """The subject's adverse events, by number."""
        return page(self, Stored(events_of(self.subject), "number"), self.read)

    @endpoint(
        Permission.ADVERSE_EVENT_RECORD,
        sends=AdverseEventSent,
        answers=AdverseEventInFull,
        status=201,
        tagged=True,
    )
    def post(self, sent: AdverseEventSent) -> Response:
        """Record an adverse event; a serious one is told to the site at once."""
        event = record_adverse_event(
            subject=self.subject, values=sent.values, today=self.today, now=self.now, by=self.by
        )
        at = below(self.request, event.number)
        return answered(self.read([event])[0], status=201, revision=event.revision, at=at)


class AdverseEvent(AdverseEventView):
    @endpoint(Permission.SUBJECT_VIEW, answers=AdverseEventInFull, tagged=True)
    def get(self) -> Response:
        """One adverse event."""
        event = event_of(self.subject, self.kwargs["number"])
        return answered(self.read([event])[0], revision=event.revision)

    @endpoint(
        Permission.ADVERSE_EVENT_RECORD, sends=CorrectionSent, answers=AdverseEventInFull, conditional=True
    )
    def put(self, sent: CorrectionSent) -> Response:
        """Replace what is recorded of an adverse event, with the reason.

        A changed term loses its MedDRA coding.
        """
        event = event_of(self.subject, self.kwargs["number"])
        if event.values != sent.values:
            event = correct_adverse_event(
                event=event,
                values=sent.values,
                expected_revision=cast(int, self.expected_revision),
                reason=sent.reason,
                today=self.today,
                now=self.now,
                by=self.by,
            )
        return answered(self.read([event])[0], revision=event.revision)
