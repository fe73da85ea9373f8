"""Trials, how full they are, and their protocol versions."""

from typing import cast

from django.utils import timezone
from rest_framework.response import Response

from accounts.models import User
from api.answers import answered, tagged
from api.endpoints import endpoint
from api.form_schema import form_schema
from api.guards import SignedInView, TrialView
from api.pagination import Listed, Stored, page
from api.serializers.documents import AnyDocument, Page
from api.serializers.trials import EnrolmentRead, TrialRead, VersionRead
from audit.rules import UnknownObject
from subjects.selectors import enrolment
from trials.models import ProtocolVersion, StaffRole
from trials.rules.definition import ProtocolDefinition
from trials.rules.roles import Permission
from trials.selectors import roles_in_force


class Trials(SignedInView):
    @endpoint(None, answers=Page[TrialRead], paged=True)
    def get(self) -> Response:
        """The trials in which the caller has a role."""
        roles = (
            roles_in_force(timezone.localdate(self.now))
            .filter(user=cast(User, self.request.user))
            .select_related("trial")
            .prefetch_related("trial__versions", "trial__sites")
            .order_by("trial__kind", "trial__code")
        )
        return page(self, Listed(roles), lambda rows: [_trial(row) for row in rows])


def _trial(role: StaffRole) -> TrialRead:
    return TrialRead.of(role, role.trial.versions.all())


class Trial(TrialView):
    @endpoint(Permission.TRIAL_VIEW, answers=TrialRead)
    def get(self) -> Response:
        """One trial, with the caller's role and permissions in it."""
        return answered(_trial(self.role))


class Enrolment(TrialView):
    @endpoint(Permission.TRIAL_VIEW, answers=EnrolmentRead)
    def get(self) -> Response:
        """How full the trial is."""
        return answered(EnrolmentRead(**enrolment(self.trial)))


class Versions(TrialView):
    @endpoint(Permission.TRIAL_VIEW, answers=Page[VersionRead], paged=True)
    def get(self) -> Response:
        """The published protocol versions, oldest first."""
        versions = Stored(self.trial.versions.all(), "id")
        return page(self, versions, lambda rows: [VersionRead.of(row) for row in rows])


class VersionView(TrialView):
    """One published version of the trial's protocol."""

    @property
    def version(self) -> ProtocolVersion:
        found = self.trial.versions.filter(version=self.kwargs["version"]).select_related("document").first()
        if found is None:
            raise UnknownObject()
        return found


class Version(VersionView):
    @endpoint(Permission.TRIAL_VIEW, answers=ProtocolDefinition, tagged=True)
    def get(self) -> Response:
        """The protocol definition, exactly as it was published.

        Its ETag is its SHA-256 digest; it never changes.
        """
        return tagged(self.version.document.content, self.version.digest)


class FormSchema(VersionView):
    @endpoint(Permission.TRIAL_VIEW, answers=AnyDocument, tagged=True)
    def get(self) -> Response:
        """The JSON Schema of a form's values, drawn from the definition."""
        form = self.version.definition.form(self.kwargs["form"])
        if form is None:
            raise UnknownObject()
        return tagged(form_schema(self.version.definition, form), f"{self.version.digest}-{form.oid}")
