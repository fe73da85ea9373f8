"""A casebook: everything known about one subject at an instant."""

from api.serializers.adverse_events import AdverseEventRead
from api.serializers.documents import Answered, Moment
from api.serializers.eligibility import ConfirmationRead, JudgementRead
from api.serializers.forms import FormRead
from api.serializers.queries import QueryRead
from api.serializers.subjects import ConsentRead, SubjectRead
from api.serializers.trials import DeviationRead
from api.serializers.visits import InfusionRead, VisitRead


class VisitInFull(VisitRead):
    """A visit with all that was captured at it."""

    infusion: InfusionRead | None
    forms: list[FormRead]


class CasebookRead(Answered):
    """Rebuilt from history: the same instant always gives the same casebook."""

    at: Moment
    subject: SubjectRead
    consents: list[ConsentRead]
    judgements: list[JudgementRead]
    confirmations: list[ConfirmationRead]
    visits: list[VisitInFull]
    logs: list[FormRead]
    adverse_events: list[AdverseEventRead]
    deviations: list[DeviationRead]
    queries: list[QueryRead]
