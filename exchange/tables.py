"""What can be exported of a trial, as tables. Every read starts from what the role may see."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from audit.selectors import trail
from exchange.csv import Heading, Table
from exchange.forms import form_table, forms_of
from exchange.reading import SUBJECT, read, subject_cells, versions_of
from safety.models import AdverseEvent
from safety.rules.values import AdverseEventValues
from safety.selectors import visible_to as events_visible_to
from subjects.selectors import deviations_visible_to, subject_for
from subjects.selectors import visible_to as subjects_visible_to
from trials.models import StaffRole
from visits.models import Infusion, Visit
from visits.selectors import visible_to as visits_visible_to

INFUSION = (
    "lot",
    "dose",
    "dose_unit",
    "started_at",
    "stopped_at",
    "premedication",
    "interruptions",
    "percent_given",
    "reason_not_whole",
    "revision",
)
CODING = ("ctcae_version", "meddra_version", "meddra_llt", "meddra_pt", "meddra_soc", "revision")


def heading_of(role: StaffRole, *, now: datetime) -> Heading:
    """What the files of an export that this person makes now say first."""
    versions = versions_of(role)
    return Heading(
        trial=role.trial.code,
        rehearsal=role.trial.is_rehearsal,
        versions=tuple((version.version, version.digest) for version in versions),
        made_at=now,
        made_by=role.user.username,
        role=role.role,
    )


def trial_tables(role: StaffRole) -> Iterator[Table]:
    """Everything captured: subjects, visits, infusions, each form, adverse events, deviations."""
    yield subjects_table(role)
    yield visits_table(role)
    yield infusions_table(role)
    for form in forms_of(versions_of(role)):
        yield form_table(role, form)
    yield adverse_events_table(role)
    yield deviations_table(role)


def subjects_table(role: StaffRole) -> Table:
    """Who is in the trial, and how far."""
    rows = subjects_visible_to(role).prefetch_related("consents").order_by("number")
    return Table(
        "subjects",
        (
            *SUBJECT,
            "STATE",
            "CONSENTDAT",
            "SCREENDAT",
            "ENROLNO",
            "ENROLDAT",
            "DAY1",
            "LEFTDAT",
            "LEFTREASON",
        ),
        (
            (
                *subject_cells(row),
                row.state,
                min((consent.signed_on for consent in row.consents.all()), default=None),
                row.screened_on,
                row.enrolment_number,
                row.enrolled_on,
                row.day1,
                row.left_on,
                row.left_reason,
            )
            for row in read(rows)
        ),
    )


def visits_table(role: StaffRole) -> Table:
    """When visits were planned, and when they took place."""
    rows = visits_visible_to(role).select_related("subject__trial", "subject__site", "version")
    return Table(
        "visits",
        (
            *SUBJECT,
            "VISIT",
            "STATE",
            "PLANNED",
            "OPENS",
            "CLOSES",
            "ACTUAL",
            "WINDOW",
            "ABSENCE",
            "PROTOCOL",
        ),
        (
            (
                *subject_cells(row.subject),
                row.name,
                row.state,
                row.planned_date,
                row.opens_on,
                row.closes_on,
                row.actual_date,
                row.window_status,
                row.absence_reason,
                row.version.version,
            )
            for row in read(rows.order_by("subject__number", "order", "pk"))
        ),
    )


def infusions_table(role: StaffRole) -> Table:
    """What was given, as it was given. Times are UTC."""
    rows = Infusion.objects.filter(visit__in=visits_visible_to(role)).select_related(
        "subject__trial", "subject__site", "visit"
    )
    return Table(
        "infusions",
        (*SUBJECT, "VISIT", *(name.upper() for name in INFUSION)),
        (
            (*subject_cells(row.subject), row.visit.name, *(getattr(row, name) for name in INFUSION))
            for row in read(rows.order_by("subject__number", "started_at"))
        ),
    )


def adverse_events_table(role: StaffRole) -> Table:
    """Adverse events under their CDASH names."""
    rows = events_visible_to(role).select_related(
        "subject__trial", "subject__site", "infusion_visit", "version"
    )
    fields = AdverseEventValues.model_fields
    return Table(
        "adverse_events",
        (
            *SUBJECT,
            "AESPID",
            *(str(f.title) for f in fields.values()),
            *(c.upper() for c in CODING),
            "PROTOCOL",
        ),
        (
            (
                *subject_cells(row.subject),
                row.number,
                *(_event_value(row, name) for name in fields),
                *(getattr(row, name) for name in CODING),
                row.version.version,
            )
            for row in read(rows.order_by("subject__number", "number"))
        ),
    )


def deviations_table(role: StaffRole) -> Table:
    """Protocol deviations that the system found; a withdrawn one no longer holds."""
    rows = deviations_visible_to(role).select_related("subject__trial", "subject__site")
    return Table(
        "deviations",
        (*SUBJECT, "KIND", "VISIT", "DATE", "STATE", "FACTS"),
        (
            (*subject_cells(row.subject), row.kind, row.cause, row.occurred_on, row.state, row.facts)
            for row in read(rows.order_by("subject__number", "occurred_on", "pk"))
        ),
    )


def trail_table(role: StaffRole, subject: str) -> Table:
    """A subject's audit trail, newest first, one row for each changed field.

    Raises `UnknownObject` where the role reaches no such subject.
    """
    found = subject_for(role, subject)
    return Table(
        f"{found.code}_trail",
        (
            *SUBJECT,
            "AT",
            "USER",
            "ROLE",
            "CHANNEL",
            "REQUEST",
            "REASON",
            "ACT",
            "RECORD",
            "NAME",
            "FIELD",
            "OLD",
            "NEW",
        ),
        (
            (
                *subject_cells(found),
                entry.at,
                entry.username,
                entry.role,
                entry.channel,
                entry.request_id,
                entry.reason,
                entry.kind,
                entry.model,
                entry.object_label,
                change.field,
                change.old,
                change.new,
            )
            for entry in trail(found.audit_scope)
            for change in entry.changes
        ),
    )


def _event_value(event: AdverseEvent, name: str) -> Any:
    value = getattr(event, name)
    return value.name if isinstance(value, Visit) else value
