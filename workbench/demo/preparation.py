"""From an empty database to a site that can be rehearsed on. What is there already is used as it is."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.actions import open_account
from accounts.models import User
from audit.rules import Actor, Channel, RuleViolation, system_actor
from audit.rules import gettext_noop as _
from subjects.models import Subject
from trials.actions import assign_role, publish
from trials.models import StaffRole, Trial
from trials.reading import PROTOCOLS, read_protocol
from trials.rules.kinds import REHEARSAL_SUFFIX, TrialKind
from trials.rules.roles import Role
from trials.selectors import today_at
from workbench.rehearsal.driver import OnDay, rehearse
from workbench.rehearsal.profile import read_profile
from workbench.rehearsal.script import SEED, SUBJECTS, WEEKS

PROTOCOL = "NCT07243366"
PASSWORD_FILE = settings.BASE_DIR / "var" / "demo-password"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another
# Staff of the rehearsal from before its first day: only then are they told of a serious event in it.
STAFF_FOR = timedelta(weeks=WEEKS + 8)
SQLITE_FILES = ("", "-wal", "-shm")


def demand_laptop() -> None:
    """Refuse (`not-a-laptop`) a production site: the demo opens accounts whose password lies in a file."""
    if not settings.DEBUG or settings.REDIS_URL:
        raise RuleViolation(
            "not-a-laptop", _("The demo is for a laptop: it runs neither with DEBUG=0 nor with REDIS_URL.")
        )


def migrate() -> int:
    """Bring the database up to date; returns how many migrations were applied."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        call_command("migrate", verbosity=0, interactive=False)
    return len(pending)


def start_over() -> None:
    """Delete the demo's SQLite file.

    Refused (`not-disposable`) for another database, and while subjects of a production trial are in it.
    """
    if connection.vendor != "sqlite":
        raise RuleViolation("not-disposable", _("Only a demo on SQLite can be started over."))
    path = Path(connection.settings_dict["NAME"])
    if _holds_real_subjects():
        raise RuleViolation(
            "not-disposable", _("{path} holds subjects of a production trial; it is kept."), path=str(path)
        )
    connection.close()
    for suffix in SQLITE_FILES:
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _holds_real_subjects() -> bool:
    known = connection.introspection.table_names()
    return (
        Subject._meta.db_table in known and Subject.objects.filter(trial__kind=TrialKind.PRODUCTION).exists()
    )


def publish_both(now: datetime) -> list[Trial]:
    """The trial and its rehearsal, published where they are not yet."""
    kinds = {PROTOCOL: TrialKind.PRODUCTION, PROTOCOL + REHEARSAL_SUFFIX: TrialKind.REHEARSAL}
    known = {trial.code: trial for trial in Trial.objects.filter(code__in=kinds)}
    if len(known) < len(kinds):
        definition, by = read_protocol(PROTOCOLS / PROTOCOL.lower()), system_actor(Channel.COMMAND)
        for code, kind in kinds.items():
            known[code] = publish(definition=definition, kind=kind, now=now, by=by).trial
    return [known[code] for code in kinds]


def password_of(path: Path) -> str:
    """This installation's password for the demo accounts: made once, in a file that only its owner reads.

    Raises `RuleViolation` (password-lost) where the accounts are open already and the file is gone.
    """
    if path.exists():
        return path.read_text(encoding="utf-8").strip()
    if User.objects.filter(username=Role.COORDINATOR).exists():
        raise RuleViolation(
            "password-lost",
            _("The accounts are open, but their password in {path} is gone. Start over with --fresh."),
            path=str(path),
        )
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(password + "\n", encoding="utf-8")
    return password


def open_accounts(trials: Iterable[Trial], password: str, now: datetime) -> dict[Role, User]:
    """One account for each role, with that role in each of the trials."""
    by = system_actor(Channel.COMMAND)
    known = User.objects.in_bulk([str(role) for role in Role], field_name="username")
    people = {role: known.get(role) or _open(role, password, by) for role in Role}
    held = set(StaffRole.objects.filter(user__in=people.values()).values_list("user_id", "trial_id"))
    for trial in trials:
        today = today_at(trial, now)
        since = today - STAFF_FOR if trial.is_rehearsal else today
        for role, user in people.items():
            if (user.pk, trial.pk) not in held:
                assign_role(user=user, trial=trial, role=role, starts_on=since, by=by)
    return people


def _open(role: Role, password: str, by: Actor) -> User:
    return open_account(
        username=role,
        password=password,
        full_name=f"{role.replace('-', ' ').capitalize()} (demo)",
        email=f"{role}@casebook.example",
        language=settings.LANGUAGE_CODE,
        by=by,
    )


def rehearse_once(trial: Trial, now: datetime, on_day: OnDay) -> bool:
    """Rehearse until today, unless the rehearsal has subjects; whether it did."""
    if trial.subjects.exists():
        return False
    rehearse(
        trial=trial,
        profile=read_profile(PROTOCOLS / PROTOCOL.lower()),
        seed=SEED,
        subjects=SUBJECTS,
        weeks=WEEKS,
        until=today_at(trial, now),
        now=now,
        on_day=on_day,
    )
    return True
