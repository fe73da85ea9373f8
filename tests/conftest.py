"""What every test may rely on: real services or a clear skip, and a published trial with its staff."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.backends.base.operations import BaseDatabaseOperations
from hypothesis import settings as hypothesis_settings

from audit.append_only import history_tables, protect
from tests.factories import Cast, cast_of, publish_trial
from trials.rules.kinds import TrialKind

# Tests open hundreds of accounts; what a password costs is proved where sign-in is tested.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
CI = os.environ.get("CI") == "true"

# A busy machine is no reason for a property to fail.
hypothesis_settings.register_profile("casebook", deadline=None)
hypothesis_settings.load_profile("casebook")


def _missing_postgres() -> str:
    if "postgresql" in settings.DATABASES["default"]["ENGINE"]:
        return ""
    return "needs PostgreSQL: set DATABASE_URL=postgresql://…"


def _missing_redis() -> str:
    return "" if settings.REDIS_URL else "needs Redis: set REDIS_URL=redis://…"


def _missing_browser() -> str:
    return "" if CHROMIUM.exists() else f"needs Chromium: none at {CHROMIUM} (set CHROMIUM)"


REQUIREMENTS = {"postgres": _missing_postgres, "redis": _missing_redis, "browser": _missing_browser}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that needs a real service skips where it is missing; in CI it fails, lest nobody notices."""
    for marker, missing in REQUIREMENTS.items():
        if item.get_closest_marker(marker) and (reason := missing()):
            if CI:
                pytest.fail(reason)
            pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def _history_is_lifted_only_to_empty_a_test_database() -> Iterator[None]:
    """Transactional tests empty all tables afterwards, which the append-only triggers rightly refuse."""
    original = BaseDatabaseOperations.execute_sql_flush

    def flush(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        if self.connection.vendor == "postgresql":
            guarded = ["SET session_replication_role = replica", *sql_list]
            original(self, [*guarded, "SET session_replication_role = DEFAULT"])
            return
        drops = [
            f'DROP TRIGGER IF EXISTS "{t}_{verb}"' for t in history_tables() for verb in ("update", "delete")
        ]
        original(self, [*drops, *sql_list])
        protect(self.connection.alias)

    BaseDatabaseOperations.execute_sql_flush = flush
    yield
    BaseDatabaseOperations.execute_sql_flush = original


@pytest.fixture
def now() -> datetime:
    """An instant within the trial's dates: 10:00 in Shanghai on 2 March 2026."""
    return datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def trial(db: Any, now: datetime) -> Any:
    """NCT07243366 as a production trial, published from its own folder."""
    return publish_trial(now=now)


@pytest.fixture
def rehearsal_trial(db: Any, now: datetime) -> Any:
    return publish_trial(now=now, kind=TrialKind.REHEARSAL)


@pytest.fixture
def cast(trial: Any) -> Cast:
    """One person in each role of the trial."""
    return cast_of(trial)
