"""What leaves through the web, and who may take it."""

import io
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_staff, screening_done, second_site
from trials.rules.roles import Role


def taken(client: Client, role: Any, name: str, *keys: str) -> Any:
    client.force_login(role.user)
    return client.get(reverse(f"admin:{name}", args=keys))


def test_the_trial_leaves_as_a_zip_of_tables(cast: Any, client: Client) -> None:
    subject = screening_done(cast)
    answer = taken(client, cast.roles[Role.DATA_MANAGER], "export", cast.trial.code)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert {"subjects.csv", "visits.csv", "MGADL.csv", "adverse_events.csv"} <= set(archive.namelist())
        assert subject.code in archive.read("MGADL.csv").decode("utf-8-sig")


def test_a_subjects_trail_leaves_as_csv(cast: Any, client: Client) -> None:
    subject = screening_done(cast)
    keys = (cast.trial.code, subject.code)
    answer = taken(client, cast.roles[Role.MONITOR], "audit-export", *keys)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert answer["Content-Disposition"].endswith('.csv"')
    assert cast.coordinator.username in text


@pytest.mark.parametrize(
    ("role", "name"),
    [
        (Role.MONITOR, "export"),
        (Role.READ_ONLY, "export"),
        (Role.ADMINISTRATOR, "export"),
        (Role.READ_ONLY, "audit-export"),
        (Role.ADMINISTRATOR, "audit-export"),
    ],
)
def test_a_role_without_the_permission_takes_nothing(
    cast: Any, client: Client, role: Role, name: str
) -> None:
    keys = (cast.trial.code, screening_done(cast).code)
    answer = taken(client, cast.roles[role], name, *keys[: 1 if name == "export" else 2])
    assert answer.status_code == 403


def test_another_sites_subjects_do_not_leave(cast: Any, client: Client) -> None:
    subject = screening_done(cast)
    elsewhere = make_staff(cast.trial, Role.COORDINATOR, site=second_site(cast), username="elsewhere")
    trail = taken(client, elsewhere, "audit-export", cast.trial.code, subject.code)
    assert trail.status_code == 404
    export = taken(client, elsewhere, "export", cast.trial.code)
    with zipfile.ZipFile(io.BytesIO(b"".join(export.streaming_content))) as archive:
        for name in archive.namelist():
            assert subject.code not in archive.read(name).decode("utf-8-sig")


def test_nobody_takes_anything_without_signing_in(cast: Any, client: Client) -> None:
    answer = client.get(reverse("admin:export", args=[cast.trial.code]))
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]
