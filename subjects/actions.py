"""The acts on subjects: screen, consent, judge, confirm, enrol, dispose; and deviations the system finds."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from audit.recording import record
from audit.rules import Actor, RuleViolation, StaleRevision, invalid
from audit.rules import gettext_noop as _
from subjects.models import Consent, Deviation, EligibilityConfirmation, Judgement, Subject
from subjects.rules.dates import demand_not_before, demand_not_future
from subjects.rules.deviations import DeviationKind, DeviationState
from subjects.rules.lifecycle import SubjectEvent, demand_in_trial, next_state
from subjects.selectors import locked
from trials.models import EnrolmentPlace, Site, Trial
from trials.rules.kinds import SUBJECT_PREFIX, TrialKind
from trials.selectors import current_version, today_at


def _trial_locked(trial: Trial) -> Trial:
    """Numbers and places are given out one at a time in a trial."""
    return Trial.objects.select_for_update().get(pk=trial.pk)


@transaction.atomic
def screen(*, trial: Trial, site: Site, screened_on: date, today: date, by: Actor) -> Subject:
    """Take a new subject into screening under the next screening number (S001 …; R001 … in a rehearsal).

    Raises `InvalidValues` (future-date, other-trials-site).
    """
    demand_not_future(screened_on, today=today, pointer="/screened_on")
    if site.trial_id != trial.pk:
        raise invalid("/site", "other-trials-site", _("That site belongs to another trial."))
    trial = _trial_locked(trial)
    number = (trial.subjects.aggregate(last=Max("number"))["last"] or 0) + 1
    subject = Subject(
        trial=trial,
        site=site,
        version=current_version(trial),
        number=number,
        code=f"{SUBJECT_PREFIX[TrialKind(trial.kind)]}{number:03d}",
        screened_on=screened_on,
    )
    with record(by=by):
        subject.save()
    return subject


@transaction.atomic
def record_consent(
    *,
    subject: Subject,
    icf_version: str,
    signed_at: datetime,
    obtained_by: str,
    now: datetime,
    by: Actor,
) -> Consent:
    """Record a signed informed consent form.

    Raises `InvalidValues` (future-date, unknown-icf-version, no-offset, required) and `RuleViolation`
    (subject-left, consent-recorded).
    """
    if signed_at.tzinfo is None:
        raise invalid("/signed_at", "no-offset", _("The time needs its offset, such as +08:00."))
    subject = locked(subject)
    demand_in_trial(subject.state, subject.code)
    signed_on = today_at(subject.trial, signed_at)
    demand_not_future(signed_on, today=today_at(subject.trial, now), pointer="/signed_at")
    if signed_at > now:
        raise invalid("/signed_at", "future-date", _("This time lies in the future."))
    known = [consent.version for consent in subject.version.definition.consent_versions]
    if icf_version not in known:
        raise invalid(
            "/icf_version",
            "unknown-icf-version",
            _("There is no ICF version {icf_version}; approved: {known}."),
            icf_version=icf_version,
            known=", ".join(known),
        )
    if not obtained_by.strip():
        raise invalid("/obtained_by", "required", _("Say who obtained the consent."))
    if subject.consents.filter(icf_version=icf_version).exists():
        raise RuleViolation(
            "consent-recorded",
            _("The consent to ICF version {icf_version} is recorded already; correct it with a reason."),
            icf_version=icf_version,
        )
    consent = Consent(
        subject=subject,
        icf_version=icf_version,
        signed_at=signed_at,
        signed_on=signed_on,
        obtained_by=obtained_by.strip(),
    )
    with record(by=by):
        consent.save()
    return consent


@transaction.atomic
def record_judgement(
    *,
    subject: Subject,
    criterion: str,
    applies: bool,
    comment: str,
    expected_revision: int | None = None,
    reason: str,
    by: Actor,
) -> Judgement:
    """Store the investigator's answer to a criterion; a change of it needs a reason.

    `expected_revision` is the revision that was read, 0 for none; None where the caller does not compare. The
    same person's same answer again changes nothing.
    Raises `StaleRevision`, `InvalidValues` (reason-required).
    """
    judgement = Judgement.objects.select_for_update().filter(subject=subject, criterion=criterion).first()
    if judgement is None:
        judgement = Judgement(subject=subject, criterion=criterion)
    elif (judgement.applies, judgement.comment, judgement.judged_by) == (applies, comment, by.username):
        return judgement
    else:
        _demand_revision(judgement, expected_revision)
        judgement.revision += 1
    judgement.applies, judgement.comment, judgement.judged_by = applies, comment, by.username
    with record(by=by, reason=reason):
        judgement.save()
    return judgement


def _demand_revision(judgement: Judgement, expected: int | None) -> None:
    if expected in (None, judgement.revision):
        return
    last = judgement.history.first()
    raise StaleRevision(
        revision=judgement.revision,
        changed_by=last.history_username,
        changed_at=last.history_date.isoformat(timespec="seconds"),
    )


@transaction.atomic
def record_confirmation(
    *,
    subject: Subject,
    stage: str,
    eligible: bool,
    on: date,
    comment: str,
    evaluation: dict[str, Any],
    digest: str,
    by: Actor,
) -> EligibilityConfirmation:
    """Store the investigator's eligibility decision with the evaluation on which it rests."""
    confirmation = EligibilityConfirmation(
        subject=subject,
        version=subject.version,
        stage=stage,
        eligible=eligible,
        confirmed_on=on,
        confirmed_by=by.username,
        comment=comment,
        evaluation=evaluation,
        digest=digest,
    )
    with record(by=by):
        confirmation.save()
    return confirmation


@transaction.atomic
def enrol(*, subject: Subject, enrolled_on: date, today: date, by: Actor) -> Subject:
    """Give the subject the next free place; its number is the enrolment number.

    The places are rows made when the protocol was published, each of which one subject can hold: the cap
    holds in the database, also against writers that know nothing of this action.
    Raises `RuleViolation` (enrolment-cap-reached, illegal-transition), `InvalidValues` (future-date,
    too-early).
    """
    subject = locked(subject)
    trial = _trial_locked(subject.trial)
    state = next_state(subject.state, SubjectEvent.ENROL)
    demand_not_future(enrolled_on, today=today, pointer="/enrolled_on")
    demand_not_before(
        enrolled_on,
        earliest=subject.screened_on,
        what=_("start of screening"),
        pointer="/enrolled_on",
    )
    place = EnrolmentPlace.objects.filter(trial=trial, subject__isnull=True).order_by("number").first()
    if place is None:
        raise RuleViolation(
            "enrolment-cap-reached",
            _("All {cap} places of {trial} are taken; subject {subject} can't be enrolled."),
            cap=trial.places.count(),
            trial=trial.code,
            subject=subject.code,
        )
    subject.place, subject.enrolled_on, subject.state = place, enrolled_on, state
    with record(by=by):
        subject.save()
    return subject


@transaction.atomic
def set_day1(*, subject: Subject, day1: date, by: Actor) -> None:
    """Keep the date from which the schedule is counted: first the planned one, then the first infusion's."""
    with record(by=by):
        subject.day1 = day1
        subject.save()


@transaction.atomic
def dispose(
    *, subject: Subject, event: SubjectEvent, on: date, reason: str, today: date, by: Actor
) -> Subject:
    """Record how the subject left the trial (completed, withdrawn, screen failure, lost, died).

    Raises `RuleViolation` (illegal-transition), `InvalidValues` (future-date, too-early, reason-required).
    """
    subject = locked(subject)
    state = next_state(subject.state, event)
    demand_not_future(on, today=today, pointer="/on")
    demand_not_before(on, earliest=subject.screened_on, what=_("start of screening"), pointer="/on")
    if event is not SubjectEvent.COMPLETE and not reason.strip():
        raise invalid("/reason", "reason-required", _("Say why the subject left: a reason is required."))
    subject.state, subject.left_on, subject.left_reason = state, on, reason.strip()
    with record(by=by, reason=reason):
        subject.save()
    return subject


@transaction.atomic
def settle_deviation(
    *,
    subject: Subject,
    kind: DeviationKind,
    cause: str,
    holds: bool,
    occurred_on: date,
    facts: dict[str, Any],
    by: Actor,
) -> Deviation | None:
    """Bring a deviation into agreement with the facts: raise it, mend its facts, or withdraw it.

    There is at most one of a kind for a cause; asking again changes nothing and leaves no history.
    """
    found = Deviation.objects.select_for_update().filter(subject=subject, kind=kind, cause=cause).first()
    if found is None and not holds:
        return None
    with record(by=by):
        if found is None:
            found = Deviation(subject=subject, kind=kind, cause=cause, occurred_on=occurred_on, facts=facts)
        elif holds:
            found.state, found.occurred_on, found.facts = DeviationState.OPEN, occurred_on, facts
        else:
            found.state = DeviationState.WITHDRAWN
        found.save()
    return found


def raise_deviation(
    *,
    subject: Subject,
    kind: DeviationKind,
    cause: str,
    occurred_on: date,
    facts: dict[str, Any],
    by: Actor,
) -> Deviation | None:
    """Raise a deviation once; see `settle_deviation`."""
    return settle_deviation(
        subject=subject,
        kind=kind,
        cause=cause,
        holds=True,
        occurred_on=occurred_on,
        facts=facts,
        by=by,
    )
