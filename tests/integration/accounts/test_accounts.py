"""Accounts are opened once per person and never deleted; tokens live, expire and are revoked."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import ProtectedError

from accounts.actions import issue_token, open_account, revoke_token
from accounts.models import AccessToken, User
from accounts.selectors import user_of_token
from audit.rules import InvalidValues, RuleViolation
from tests.factories import PASSWORD, SYSTEM


@pytest.fixture
def user(db: Any) -> User:
    return open_account(
        username="li.wei",
        password=PASSWORD,
        full_name="Li Wei",
        email="li.wei@site.example",
        language="zh-hans",
        by=SYSTEM,
    )


def open_another(**change: Any) -> User:
    sound = {"username": "wang.fang", "password": PASSWORD, "full_name": "", "email": "", "language": "en"}
    return open_account(**(sound | change), by=SYSTEM)


def test_an_account_keeps_history_without_its_password(user: User) -> None:
    row = User.history.get(id=user.pk)
    assert row.username == "li.wei"
    assert row.history_change_reason == "opened by tests"
    assert not hasattr(row, "password")


def test_a_sign_in_name_is_never_used_again(user: User) -> None:
    user.is_active = False
    user.save()
    with pytest.raises(RuleViolation) as refused:
        open_another(username="LI.WEI")
    assert refused.value.code == "username-taken"


@pytest.mark.parametrize("name", ["system", "System", "rehearsal.coordinator"])
def test_a_name_that_the_trail_gives_to_no_person_is_refused(db: Any, name: str) -> None:
    with pytest.raises(RuleViolation, match="username-taken"):
        open_another(username=name)
    assert not User.objects.exists()


@pytest.mark.parametrize("weak", ["short", "12345678901234", "password1234"])
def test_a_weak_password_is_refused(user: User, weak: str) -> None:
    with pytest.raises(InvalidValues):
        open_another(password=weak)
    assert User.objects.count() == 1


def test_an_account_is_never_deleted(user: User) -> None:
    with pytest.raises(ProtectedError):
        user.delete()


def test_a_token_is_known_by_its_digest_only(user: User, now: Any) -> None:
    token = issue_token(user=user, name="tablet", now=now, by=SYSTEM)
    assert user_of_token(token, now=now) == user
    kept = AccessToken.objects.get()
    assert token not in str(kept.__dict__)
    assert token not in str(AccessToken.history.get().__dict__)


@pytest.mark.parametrize("days", [89, 90])
def test_a_token_expires(user: User, now: Any, days: int) -> None:
    token = issue_token(user=user, name="tablet", now=now, days=90, by=SYSTEM)
    known = user_of_token(token, now=now + timedelta(days=days))
    assert (known == user) is (days < 90)


def test_a_revoked_token_and_a_closed_account_end_at_once(user: User, now: Any) -> None:
    first = issue_token(user=user, name="tablet", now=now, by=SYSTEM)
    second = issue_token(user=user, name="script", now=now, by=SYSTEM)
    revoke_token(token=AccessToken.objects.get(name="tablet"), now=now, by=SYSTEM, reason="lost")
    assert user_of_token(first, now=now) is None
    assert user_of_token(second, now=now) == user
    user.is_active = False
    user.save()
    assert user_of_token(second, now=now) is None
    assert user_of_token("casebook_unknown", now=now) is None
