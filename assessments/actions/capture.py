"""Capture: one whole form, atomically, judged by its definition."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from assessments.actions.rederivation import rederive_dependents
from assessments.models import Assessment
from assessments.rules.capture import Judged, missing_faults
from assessments.selectors import assessment_of, judge
from assessments.signals import assessment_saved
from audit.recording import record
from audit.rules import Actor, Fault, InvalidValues, RuleViolation, StaleRevision, UnknownObject
from audit.rules import gettext_noop as _
from subjects.models import Subject
from subjects.selectors import demand_consent
from subjects.selectors import locked as locked_subject
from trials.models import ProtocolVersion
from trials.rules.forms import Form, FormKind
from visits.models import Visit
from visits.rules.lifecycle import VisitState
from visits.selectors import event_of


@transaction.atomic
def capture(
    *,
    subject: Subject,
    form: str,
    visit: Visit | None,
    repeat: int | None = 1,
    values: Mapping[str, Any],
    overrides: Mapping[str, str] | None = None,
    complete: bool,
    expected_revision: int | None,
    drawn_from: str = "",
    reason: str = "",
    today: date,
    by: Actor,
) -> Assessment:
    """Save one whole form: create it (`expected_revision` None) or change it (the revision that was read).

    `values` maps items to values or to `{"not_done": reason}`; an item left out is blank. `visit` is None
    for a log, whose next row is made with `repeat` None. The same content again changes nothing and leaves
    no history, whichever revision was read. `drawn_from` is the protocol version by which the caller drew
    the form, where it was drawn elsewhere.
    Raises `UnknownObject`, `InvalidValues` (every fault at its pointer), `StaleRevision`, `RuleViolation`
    (consent-missing, visit-not-attended, other-version, form-exists).
    """
    subject = locked_subject(subject)
    declared = demand_form(subject, form, visit, repeat)
    _demand_time_has_come(subject, visit)
    if repeat is None:
        repeat = next_row(subject, form)
    found = assessment_of(subject, form, visit, repeat)
    version = found.version if found else subject.version
    _demand_version(version, drawn_from)
    judged = judge(subject, version, declared, visit, values, today=today)
    if not (found and _says_the_same(found, judged, overrides or {}, complete)):
        _demand_revision(found, expected_revision)
    accepted = _demand_sound(judged, dict(overrides or {}), complete=complete)
    saved = found or Assessment(subject=subject, visit=visit, version=version, form=form, repeat=repeat)
    if _write(saved, judged, accepted, complete=complete, reason=reason, by=by):
        rederive_dependents(saved, by=by)
        assessment_saved.send(sender=Assessment, assessment=saved, by=by)
    return saved


def demand_form(subject: Subject, form: str, visit: Visit | None, repeat: int | None = 1) -> Form:
    """The declared form, where it can be captured at this visit (or as a log); else `UnknownObject`."""
    declared = subject.version.definition.form(form)
    if declared is None or (declared.kind is FormKind.LOG) != (visit is None):
        raise UnknownObject()
    if visit and repeat != 1 and not declared.repeats:
        raise UnknownObject()
    if visit and form not in {ref.form for ref in event_of(visit).form_refs}:
        raise UnknownObject()
    return declared


def next_row(subject: Subject, form: str) -> int:
    """The number of a log's next row."""
    rows = Assessment.objects.filter(subject=subject, form=form, visit=None)
    return (rows.aggregate(last=Max("repeat"))["last"] or 0) + 1


def _demand_time_has_come(subject: Subject, visit: Visit | None) -> None:
    """Nothing is captured before consent, nor at a visit that has not taken place."""
    demand_consent(subject)
    if visit and visit.state != VisitState.ATTENDED:
        raise RuleViolation(
            "visit-not-attended",
            _("Record first on which date visit {visit} took place."),
            visit=visit.name,
        )


def _demand_version(version: ProtocolVersion, drawn_from: str) -> None:
    if drawn_from and drawn_from != version.version:
        raise RuleViolation(
            "other-version",
            _("This form belongs to protocol version {version}, and was drawn from {drawn_from}."),
            version=version.version,
            drawn_from=drawn_from,
        )


def _says_the_same(found: Assessment, judged: Judged, overrides: Mapping[str, str], complete: bool) -> bool:
    """Whether storing this would change nothing that a person says: a caller may repeat a lost request."""
    return (
        not judged.faults
        and found.values == judged.values
        and found.not_done == judged.not_done
        and found.overrides == overrides
        and found.state == ("complete" if complete else "incomplete")
    )


def _demand_revision(found: Assessment | None, expected: int | None) -> None:
    if (found.revision if found else None) == expected:
        return
    if found is None:
        raise UnknownObject()
    if expected is None:
        raise RuleViolation(
            "form-exists",
            _("This form is captured already: read it, then change it with a reason."),
        )
    last = found.history.first()
    raise StaleRevision(
        revision=found.revision,
        changed_by=last.history_username,
        changed_at=last.history_date.isoformat(timespec="seconds"),
    )


def _demand_sound(judged: Judged, overrides: dict[str, str], *, complete: bool) -> dict[str, str]:
    """Refuse faults, all at once; returns the overrides that answer a present finding."""
    faults = list(judged.faults)
    if complete:
        faults += missing_faults(judged)
    asked = {finding.check for finding in judged.findings}
    for check, why in overrides.items():
        if not isinstance(why, str) or not why.strip():
            faults.append(
                Fault(
                    f"/overrides/{check}",
                    "reason-required",
                    _("Say why the value is right as it is."),
                )
            )
        elif check not in asked:
            faults.append(
                Fault(
                    f"/overrides/{check}",
                    "nothing-to-override",
                    _("Nothing is asked under that name."),
                )
            )
    if faults:
        raise InvalidValues(faults)
    return {check: why.strip() for check, why in overrides.items()}


def _write(
    saved: Assessment,
    judged: Judged,
    overrides: dict[str, str],
    *,
    complete: bool,
    reason: str,
    by: Actor,
) -> bool:
    """Write the row where it differs; whether it did."""
    saved.values, saved.not_done, saved.derived = judged.values, judged.not_done, judged.derived
    saved.findings = [finding.as_json() for finding in judged.findings]
    saved.overrides = overrides
    saved.state = "complete" if complete else "incomplete"
    if not saved._state.adding:
        if not saved.changed_fields():
            return False
        saved.revision += 1
    with record(by=by, reason=reason):
        saved.save()
    return True
