"""Who is asking, in which role, about what: settled before a view method runs.

Views differ only in how far their address reaches: the site, a trial, a subject, a visit.
"""

from datetime import date, datetime
from typing import Any, ClassVar, cast

from django.utils import timezone
from django.utils.cache import get_conditional_response
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import User
from api.endpoints import Endpoint
from api.openapi import Contract
from api.parameters import AT
from api.refusals import bad_parameter
from api.request_ids import current_request_id
from audit.rules import Actor, Channel
from audit.rules import gettext_noop as _
from subjects.models import Subject
from subjects.selectors import subject_for
from trials.models import StaffRole, Trial
from trials.selectors import actor, demand, role_in, today_at
from visits.models import Visit
from visits.selectors import visit_for


class SignedInView(APIView):
    """Anyone with an account."""

    tag: ClassVar[str] = "Trials"
    schema = Contract()
    http_method_names = ["get", "head", "post", "put"]
    query: dict[str, Any]
    expected_revision: int | None = None
    now: datetime

    def initial(self, request: Request, *args: Any, **keys: Any) -> None:
        super().initial(request, *args, **keys)
        self.now = timezone.now()

    @property
    def endpoint(self) -> Endpoint:
        """The declaration of the method that was called."""
        method = getattr(self, (self.request.method or "").lower(), None)
        declaration: Endpoint | None = getattr(method, "endpoint", None)
        if declaration is None:
            raise MethodNotAllowed(self.request.method or "")
        return declaration

    def finalize_response(self, request: Request, response: Any, *args: Any, **keys: Any) -> Any:
        """Answer 304 to who has it already; keep what is confidential out of shared caches."""
        response = super().finalize_response(request, response, *args, **keys)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        tag = response.headers.get("ETag")
        if request.method in ("GET", "HEAD") and tag and response.status_code == 200:
            return get_conditional_response(request, etag=tag, response=response)
        return response


class TrialView(SignedInView):
    """Staff of the trial, as far as their role permits; for anyone else it does not exist."""

    trial: Trial
    today: date
    role: StaffRole

    def initial(self, request: Request, *args: Any, **keys: Any) -> None:
        super().initial(request, *args, **keys)
        self.role = role_in(cast(User, request.user), keys["trial"], self.now)
        self.trial, self.today = self.role.trial, today_at(self.role.trial, self.now)
        if self.endpoint.permission:
            demand(self.role, self.endpoint.permission)

    @property
    def by(self) -> Actor:
        """The caller as the audit trail names them."""
        return actor(self.role, channel=Channel.API, request_id=current_request_id())


class SubjectView(TrialView):
    """One subject of a site that the role reaches."""

    tag = "Subjects"
    subject: Subject

    @property
    def instant(self) -> datetime | None:
        """The past instant that the caller asks for; None for now."""
        at: datetime | None = self.query["at"]
        if at and at > self.now:
            raise bad_parameter(AT.name, _("a past instant"))
        return at

    def initial(self, request: Request, *args: Any, **keys: Any) -> None:
        super().initial(request, *args, **keys)
        self.find(**keys)

    def find(self, *, subject: str, **keys: Any) -> None:
        """Load what the address names."""
        self.subject = subject_for(self.role, subject)


class VisitView(SubjectView):
    """One visit of the subject."""

    tag = "Visits"
    visit: Visit

    def find(self, *, subject: str, visit: str = "", **keys: Any) -> None:
        self.visit = visit_for(self.role, subject, visit)
        self.subject = self.visit.subject
