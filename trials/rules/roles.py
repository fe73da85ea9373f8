"""Who may do what: permissions are an enum, roles are declared lists of them, only here."""

from enum import StrEnum

from audit.rules import gettext_noop as _


class Permission(StrEnum):
    """One thing a role may do, as NOUN_VERB."""

    TRIAL_VIEW = "trial.view"
    SUBJECT_VIEW = "subject.view"
    SUBJECT_SCREEN = "subject.screen"
    CONSENT_RECORD = "consent.record"
    CRITERION_JUDGE = "criterion.judge"
    ELIGIBILITY_CONFIRM = "eligibility.confirm"
    SUBJECT_ENROL = "subject.enrol"
    SUBJECT_DISPOSE = "subject.dispose"
    VISIT_ATTEND = "visit.attend"
    VISIT_SCHEDULE = "visit.schedule"
    INFUSION_RECORD = "infusion.record"
    FORM_CAPTURE = "form.capture"
    ADVERSE_EVENT_RECORD = "adverse_event.record"
    DEVIATION_VIEW = "deviation.view"
    QUERY_VIEW = "query.view"
    QUERY_ANSWER = "query.answer"
    QUERY_RAISE = "query.raise"
    QUERY_CLOSE = "query.close"
    AUDIT_VIEW = "audit.view"
    EXPORT_MAKE = "export.make"
    PROTOCOL_PUBLISH = "protocol.publish"
    STAFF_ASSIGN = "staff.assign"


class Role(StrEnum):
    """The roles of a trial's staff (ICH E6(R3); China GCP 2020)."""

    COORDINATOR = "coordinator"
    INVESTIGATOR = "investigator"
    MONITOR = "monitor"
    DATA_MANAGER = "data-manager"
    READ_ONLY = "read-only"
    ADMINISTRATOR = "administrator"


ROLE_LABELS = {
    Role.COORDINATOR: _("Clinical research coordinator"),
    Role.INVESTIGATOR: _("Investigator"),
    Role.MONITOR: _("Monitor"),
    Role.DATA_MANAGER: _("Data manager"),
    Role.READ_ONLY: _("Read only"),
    Role.ADMINISTRATOR: _("Administrator"),
}

_READ = frozenset(
    {
        Permission.TRIAL_VIEW,
        Permission.SUBJECT_VIEW,
        Permission.DEVIATION_VIEW,
        Permission.QUERY_VIEW,
    }
)
_CAPTURE = frozenset(
    {
        Permission.SUBJECT_SCREEN,
        Permission.CONSENT_RECORD,
        Permission.SUBJECT_ENROL,
        Permission.SUBJECT_DISPOSE,
        Permission.VISIT_ATTEND,
        Permission.VISIT_SCHEDULE,
        Permission.INFUSION_RECORD,
        Permission.FORM_CAPTURE,
        Permission.ADVERSE_EVENT_RECORD,
        Permission.QUERY_ANSWER,
        Permission.AUDIT_VIEW,
    }
)

# Sponsor-side roles (monitor, data manager) read and ask, and never change site data
# (ICH E6(R3) 3.16.1(i)).
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.COORDINATOR: _READ | _CAPTURE | {Permission.EXPORT_MAKE},
    Role.INVESTIGATOR: _READ
    | _CAPTURE
    | {Permission.CRITERION_JUDGE, Permission.ELIGIBILITY_CONFIRM, Permission.EXPORT_MAKE},
    Role.MONITOR: _READ | {Permission.AUDIT_VIEW, Permission.QUERY_RAISE, Permission.QUERY_CLOSE},
    Role.DATA_MANAGER: _READ
    | {
        Permission.AUDIT_VIEW,
        Permission.QUERY_RAISE,
        Permission.QUERY_CLOSE,
        Permission.EXPORT_MAKE,
    },
    Role.READ_ONLY: _READ,
    Role.ADMINISTRATOR: frozenset(
        {Permission.TRIAL_VIEW, Permission.PROTOCOL_PUBLISH, Permission.STAFF_ASSIGN}
    ),
}

# Who is told what is due and what is serious at a site.
REMINDED = frozenset({Role.COORDINATOR})
TOLD_OF_SERIOUS_EVENTS = frozenset({Role.COORDINATOR, Role.INVESTIGATOR})


def permits(role: Role, permission: Permission) -> bool:
    """Whether the role's list has the permission."""
    return permission in PERMISSIONS[role]
