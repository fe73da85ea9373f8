"""What starts a site: settings, compose file and README agree, and nothing starts half set up."""

import os
import re
import subprocess
import sys

import pytest
from ruamel.yaml import YAML

from tests.architecture.rooms import ROOT

SETTING = re.compile(r'\benv(?:\.\w+)?\(\s*"([A-Z_]+)"')
SETTINGS = set(SETTING.findall((ROOT / "config" / "settings.py").read_text(encoding="utf-8")))
COMPOSE = YAML(typ="safe").load(ROOT / "docker-compose.yml")
SERVICES = COMPOSE["services"]
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "a-secret-that-is-long-enough-for-django-and-holds-many-different-letters",
    "ALLOWED_HOSTS": "casebook.example",
}


def check(**environment: str) -> subprocess.CompletedProcess:
    inherited = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
    )


def test_production_starts_with_its_settings():
    assert check(**PRODUCTION).returncode == 0


@pytest.mark.parametrize("environment", [{}, {"SECRET_KEY": ""}])
def test_production_does_not_start_without_a_secret_key(environment):
    started = check(**{"DEBUG": "0", "ALLOWED_HOSTS": "casebook.example", **environment})
    assert started.returncode != 0
    assert "SECRET_KEY is not set" in started.stderr


def test_readme_explains_every_setting():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert sorted(name for name in SETTINGS if f"`{name}`" not in readme) == []


def test_compose_sets_only_what_the_settings_read():
    assert set(COMPOSE["x-environment"]) - SETTINGS == set()


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - {"migrate"}))
def test_service_has_a_health_check(name):
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_service_waits_for_migrations_and_servers(name):
    waits = {other: wait["condition"] for other, wait in SERVICES[name]["depends_on"].items()}
    assert waits == {
        "migrate": "service_completed_successfully",
        "postgres": "service_healthy",
        "redis": "service_healthy",
    }


def test_no_secret_is_written_in_the_compose_file():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    secret = re.compile(r"^\s*\w*(?:SECRET|PASSWORD)\w*:\s*(.+)$", re.MULTILINE)
    assert [value for value in secret.findall(text) if not value.startswith("${")] == []
