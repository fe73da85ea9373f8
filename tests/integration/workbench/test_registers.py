"""The registers: read by administrators of their own trials, added to by acts only."""

from datetime import date

import pytest
from django.test import Client

from accounts.models import User
from tests.factories import PASSWORD, cast_of, make_staff
from tests.workbench_story import signed_in
from trials.models import StaffRole
from trials.rules.roles import Role

REGISTERS = [
    "accounts/user", "accounts/accesstoken", "notifications/notice", "trials/trial", "trials/site",
    "trials/protocolversion", "trials/staffrole",
]  # fmt: skip
ACCOUNT = {
    "username": "new.person",
    "full_name": "New Person",
    "email": "new.person@site.example",
    "language": "en",
    "password": PASSWORD,
}


@pytest.fixture
def administrator(browser_of) -> Client:
    return browser_of(Role.ADMINISTRATOR)


@pytest.mark.parametrize("register", REGISTERS)
def test_register_is_read_by_an_administrator(register, administrator):
    assert administrator.get(f"/{register}/").status_code == 200


@pytest.mark.parametrize("register", [*REGISTERS, "accounts/user/add", "trials/staffrole/add"])
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_register_is_closed_to_every_other_role(register, role, browser_of):
    assert browser_of(role).get(f"/{register}/").status_code == 403


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_act_of_a_register_is_refused_to_every_other_role(role, story, browser_of):
    held, client = story.cast.roles[Role.MONITOR], browser_of(role)
    assert client.post("/accounts/user/add/", ACCOUNT).status_code == 403
    ended = {"ends_on": "2026-03-19", "reason": "left the site"}
    assert client.post(f"/trials/staffrole/{held.pk}/change/", ended).status_code == 403
    assert not User.objects.filter(username="new.person").exists()


@pytest.mark.parametrize("register", REGISTERS)
def test_row_of_a_register_can_not_be_deleted(register, story, administrator):
    assert administrator.post(f"/{register}/1/delete/", {"post": "yes"}).status_code == 403


def test_page_of_a_row_only_shows_it(story, administrator):
    user = story.cast.roles[Role.MONITOR].user
    page = administrator.get(f"/accounts/user/{user.pk}/change/").text
    assert user.email in page
    assert '<input type="text"' not in page
    assert administrator.post(f"/accounts/user/{user.pk}/change/", {"email": "x@y.z"}).status_code == 403


def test_protocol_version_shows_its_definition(story, administrator):
    version = story.cast.trial.versions.get()
    page = administrator.get(f"/trials/protocolversion/{version.pk}/change/").text
    assert "PLKR-CAR-NK-I-101" in page
    assert version.digest in page


def test_register_shows_no_other_trial(story, rehearsal_trial):
    cast = cast_of(rehearsal_trial)
    page = signed_in(cast.roles[Role.ADMINISTRATOR]).get("/trials/trial/").text
    assert rehearsal_trial.code in page
    assert f">{story.cast.trial.code}<" not in page


def test_account_is_opened_by_its_act(story, administrator):
    assert administrator.post("/accounts/user/add/", ACCOUNT).status_code == 302
    opened = User.objects.get(username="new.person")
    assert opened.check_password(PASSWORD)
    assert opened.history.count() == 1


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"password": "short"}, 422), ({"username": "MONITOR.1"}, 409), ({"email": ""}, 422)],
)
def test_account_that_can_not_be_opened_says_why(story, administrator, wrong, status):
    names = {"MONITOR.1": story.cast.roles[Role.MONITOR].user.username.upper()}
    sent = {name: names.get(value, value) for name, value in (ACCOUNT | wrong).items()}
    answer = administrator.post("/accounts/user/add/", sent)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert not User.objects.filter(username="new.person").exists()


def test_role_is_assigned_and_ended_by_its_acts(story, administrator):
    administrator.post("/accounts/user/add/", ACCOUNT)
    person = User.objects.get(username="new.person")
    assigned = {"user": person.pk, "trial": story.cast.trial.pk, "role": "monitor", "starts_on": "2026-03-01"}
    assert administrator.post("/trials/staffrole/add/", assigned).status_code == 302
    role = StaffRole.objects.get(user=person)
    path = f"/trials/staffrole/{role.pk}/change/"
    assert administrator.post(path, {"ends_on": "2026-03-19", "reason": "left the site"}).status_code == 302
    role.refresh_from_db()
    assert role.ends_on == date(2026, 3, 19)
    assert role.history.first().history_change_reason == "left the site"
    assert "2026-03-19" in administrator.get(path).text


def test_role_is_not_ended_without_a_reason(story, administrator):
    role = story.cast.roles[Role.MONITOR]
    answer = administrator.post(f"/trials/staffrole/{role.pk}/change/", {"ends_on": "2026-03-19"})
    assert answer.status_code == 422


def test_second_role_in_a_trial_is_refused(story, administrator):
    held = story.cast.roles[Role.MONITOR]
    sent = {"user": held.user_id, "trial": held.trial_id, "role": "monitor", "starts_on": "2026-03-01"}
    answer = administrator.post("/trials/staffrole/add/", sent)
    assert answer.status_code == 409
    assert "has a role in this trial already" in answer.text


def test_administrator_assigns_nobody_to_another_trial(story, administrator, rehearsal_trial):
    person = story.cast.roles[Role.MONITOR].user
    sent = {"user": person.pk, "trial": rehearsal_trial.pk, "role": "monitor", "starts_on": "2026-03-01"}
    assert administrator.post("/trials/staffrole/add/", sent).status_code == 422
    assert not StaffRole.objects.filter(trial=rehearsal_trial).exists()


def test_superuser_who_opened_the_site_can_appoint_its_first_administrator(story, django_user_model):
    django_user_model.objects.create_superuser("root", password=PASSWORD)
    client = Client()
    client.login(username="root", password=PASSWORD)
    person = make_staff(story.cast.trial, Role.READ_ONLY, username="first").user
    assert client.get("/registers/").status_code == 200
    assert client.get(f"/accounts/user/{person.pk}/change/").status_code == 200
    assert client.get("/trials/staffrole/add/").status_code == 200
