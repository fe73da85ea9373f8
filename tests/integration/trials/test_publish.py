"""Publishing: immutable, digested, idempotent; places and sites come with it. Staff and scope."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from audit.recording import Unrecorded, record
from audit.rules import Channel, RuleViolation, UnknownObject
from subjects.selectors import subject_for
from subjects.selectors import visible_to as subjects_visible_to
from tests.factories import SYSTEM, make_staff, nct_definition, publish_trial, screened
from trials.actions import assign_role, end_role, publish
from trials.models import EnrolmentPlace, ProtocolDocument, ProtocolVersion, Site
from trials.rules.definition import ProtocolDefinition, digest_of
from trials.rules.kinds import TrialKind
from trials.rules.roles import PERMISSIONS, Permission, Role
from trials.selectors import PermissionMissing, actor, demand, sites_of, staff_role, visible_to

TODAY = date(2026, 3, 2)


def amended(**change: Any) -> ProtocolDefinition:
    return ProtocolDefinition.model_validate(nct_definition().document() | change)


def test_publishing_makes_trial_sites_and_fifteen_places(trial: Any) -> None:
    version = trial.versions.get()
    assert trial.code == "NCT07243366"
    assert version.digest == digest_of(nct_definition().document())
    assert version.definition == nct_definition()
    assert trial.places.count() == 15
    assert trial.sites.count() == 1


def test_publishing_the_same_document_again_is_the_same_version(trial: Any, now: Any) -> None:
    before = ProtocolVersion.history.count()
    again = publish(definition=nct_definition(), now=now, by=SYSTEM)
    assert again == trial.versions.get()
    assert ProtocolVersion.history.count() == before
    assert trial.places.count() == 15


def test_another_document_under_a_published_version_is_refused(trial: Any, now: Any) -> None:
    with pytest.raises(RuleViolation) as refused:
        publish(definition=amended(enrolment_cap=16), now=now, by=SYSTEM)
    assert refused.value.code == "version-published"
    assert trial.places.count() == 15


def test_a_new_version_may_add_places_but_not_take_them(trial: Any, now: Any) -> None:
    publish(definition=amended(version="1.1", enrolment_cap=16), now=now, by=SYSTEM)
    assert EnrolmentPlace.objects.filter(trial=trial).count() == 16
    with pytest.raises(RuleViolation) as refused:
        publish(definition=amended(version="1.2", enrolment_cap=14), now=now, by=SYSTEM)
    assert refused.value.code == "cap-lowered"
    assert trial.versions.count() == 2


def test_a_published_version_is_never_changed(trial: Any) -> None:
    version, document = trial.versions.get(), ProtocolDocument.objects.get()
    version.version = "9.9"
    document.content = {}
    for row in (version, document):
        with pytest.raises(Unrecorded), record(by=SYSTEM, reason="because"):
            row.save()


def test_a_rehearsal_is_a_trial_of_its_own(trial: Any, rehearsal_trial: Any) -> None:
    assert rehearsal_trial.code == "NCT07243366-REHEARSAL"
    assert rehearsal_trial.is_rehearsal
    assert not trial.is_rehearsal
    assert ProtocolDocument.objects.count() == 1, "the same content is kept once"


def test_the_database_refuses_a_rehearsal_in_a_production_trials_name(trial: Any) -> None:
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE trials_trial SET kind = 'rehearsal' WHERE id = %s", [trial.pk])


def test_rehearsal_subjects_are_named_so(cast: Any, rehearsal_trial: Any) -> None:
    from tests.factories import cast_of

    assert screened(cast).code == "S001"
    assert screened(cast_of(rehearsal_trial)).code == "R001"


def test_a_person_has_one_role_in_a_trial_at_a_time(cast: Any) -> None:
    held = cast.roles[Role.MONITOR]
    with pytest.raises(RuleViolation) as refused:
        assign_role(user=held.user, trial=cast.trial, role=Role.COORDINATOR, starts_on=TODAY, by=SYSTEM)
    assert refused.value.code == "role-held"
    end_role(role=held, ends_on=date(2026, 3, 1), by=SYSTEM, reason="left the trial")
    assign_role(user=held.user, trial=cast.trial, role=Role.COORDINATOR, starts_on=TODAY, by=SYSTEM)
    assert staff_role(held.user, cast.trial, TODAY).role == Role.COORDINATOR


def test_a_role_counts_between_its_dates_and_while_the_account_is_active(cast: Any) -> None:
    held = cast.roles[Role.MONITOR]
    end_role(role=held, ends_on=TODAY, by=SYSTEM, reason="left the trial")
    assert staff_role(held.user, cast.trial, TODAY)
    with pytest.raises(UnknownObject):
        staff_role(held.user, cast.trial, date(2026, 3, 3))
    coordinator = cast.roles[Role.COORDINATOR]
    coordinator.user.is_active = False
    coordinator.user.save()
    with pytest.raises(UnknownObject):
        staff_role(coordinator.user, cast.trial, TODAY)


def test_only_trials_with_a_role_are_visible(cast: Any, now: Any) -> None:
    other = publish_trial(now=now, kind=TrialKind.REHEARSAL)
    assert [t.code for t in visible_to(cast.roles[Role.READ_ONLY].user, TODAY)] == ["NCT07243366"]
    with pytest.raises(UnknownObject):
        staff_role(cast.roles[Role.READ_ONLY].user, other, TODAY)


def test_another_sites_subject_is_not_there(cast: Any) -> None:
    second = Site(trial=cast.trial, number="02", name_en="Second", name_zh="第二中心")
    with record(by=SYSTEM):
        second.save()
    elsewhere = make_staff(cast.trial, Role.COORDINATOR, site=second, username="elsewhere")
    subject = screened(cast)
    assert not subjects_visible_to(elsewhere).exists()
    assert [site.number for site in sites_of(elsewhere)] == ["02"]
    with pytest.raises(UnknownObject):
        subject_for(elsewhere, subject.code)
    assert subject_for(cast.roles[Role.COORDINATOR], subject.code) == subject


def test_sponsor_roles_change_no_site_data(cast: Any) -> None:
    changing = {p for p in Permission if p.value.split(".")[1] in {"screen", "record", "capture", "enrol"}}
    for role in (Role.MONITOR, Role.DATA_MANAGER, Role.READ_ONLY, Role.ADMINISTRATOR):
        assert not PERMISSIONS[role] & changing
        with pytest.raises(PermissionMissing):
            demand(cast.roles[role], Permission.FORM_CAPTURE)


def test_an_actor_names_user_role_and_channel(cast: Any) -> None:
    made = actor(cast.roles[Role.INVESTIGATOR], channel=Channel.API, request_id="r-1")
    assert (made.role, made.channel, made.request_id) == ("investigator", "api", "r-1")
