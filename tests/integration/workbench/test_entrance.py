"""Coming in, going out, and the language in which a person reads on."""

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from tests.factories import PASSWORD, cast_of
from tests.workbench_story import Story, signed_in, url
from trials.rules.roles import Role

LANGUAGE = settings.LANGUAGE_COOKIE_NAME


@pytest.fixture
def person(story: Story) -> User:
    """Read anew, because a test may change the account and the story outlives it."""
    return User.objects.get(pk=story.cast.roles[Role.COORDINATOR].user_id)


def sign_in(client: Client, person: User, password: str = PASSWORD, path: str = "/login/"):
    return client.post(path, {"username": person.username, "password": password})


def test_person_comes_in_to_what_is_due(person):
    answer = sign_in(Client(), person)
    assert (answer.status_code, answer.url) == (302, "/")


def test_person_comes_in_to_the_page_they_asked_for(story, person):
    path = url("casebook", story.cast.trial.code, story.treated.code)
    answer = sign_in(Client(), person, path=f"/login/?next={path}")
    assert answer.url == path


def test_wrong_password_is_refused_without_saying_which_part_was_wrong(person):
    answer = sign_in(Client(), person, "not the password")
    assert answer.status_code == 200
    assert "That name and password don&#x27;t belong together." in answer.text


def test_closed_account_can_not_come_in(person):
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert "belong together" in sign_in(Client(), person).text


@pytest.mark.parametrize(("language", "heading"), [("en", "What is due"), ("zh-hans", "待办事项")])
def test_pages_follow_the_language_of_the_account(person, language, heading):
    person.language = language
    person.save()
    client = Client(headers={"accept-language": "fr"})
    answer = sign_in(client, person)
    assert answer.cookies[LANGUAGE].value == language
    assert heading in client.get("/").text


def test_switched_language_is_kept_for_the_next_time(story, person):
    client = signed_in(story.cast.roles[Role.COORDINATOR])
    answer = client.post("/language/", {"language": "zh-hans", "next": "/registers/"})
    assert (answer.url, answer.cookies[LANGUAGE].value) == ("/registers/", "zh-hans")
    person.refresh_from_db()
    assert person.language == "zh-hans"


def test_switch_does_not_lead_to_another_site():
    answer = Client().post("/language/", {"language": "en", "next": "https://elsewhere.example/"})
    assert answer.url == "/"


def test_unknown_language_changes_nothing(story, person):
    signed_in(story.cast.roles[Role.COORDINATOR]).post("/language/", {"language": "xx"})
    person.refresh_from_db()
    assert person.language == "en"


def test_sign_in_page_speaks_the_language_of_the_browser(story):
    assert "登录" in Client(headers={"accept-language": "zh-CN"}).get("/login/").text


def test_person_goes_out(story):
    client = signed_in(story.cast.roles[Role.COORDINATOR])
    assert "You are signed out" in client.post("/logout/").text
    assert client.get("/").status_code == 302


def test_password_is_changed_and_the_session_goes_on(story, person):
    client = Client()
    sign_in(client, person)
    new = "another correct horse"
    passwords = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/password_change/", passwords).status_code == 302
    assert client.get("/").status_code == 200
    person.refresh_from_db()
    assert person.check_password(new)


def test_front_page_says_what_is_due(story, browser_of):
    page = browser_of(Role.COORDINATOR).get("/").text
    subject = story.treated.code
    assert f">{subject} INF2</a>" in page  # overdue since 19 March
    assert "3 / 15" not in page
    assert "<b>2 / 15</b>" in page
    assert f">{story.in_screening.code}</a>" in page  # eligibility to confirm
    assert f">{story.confirmed.code}</a>" not in page  # confirmed already


def test_front_page_keeps_each_trial_to_itself(story, rehearsal_trial):
    cast = cast_of(rehearsal_trial)
    page = signed_in(cast.roles[Role.COORDINATOR]).get("/").text
    assert rehearsal_trial.code in page
    assert story.treated.code not in page


def test_front_page_of_somebody_without_a_role_says_whom_to_ask(db, django_user_model):
    nobody = django_user_model.objects.create_user("nobody", password=PASSWORD, language="en")
    client = Client()
    sign_in(client, nobody)
    assert "Ask the administrator" in client.get("/").text


def test_health_is_told_to_anybody(db):
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok"})
