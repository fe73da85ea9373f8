"""Every stored model keeps its history, or says here why it may not."""

from collections import Counter

import pytest
from django.apps import apps
from django.db import connection

from audit.append_only import history_tables
from audit.models import Audited
from tests.architecture.rooms import ROOMS, ROOT

OUTSIDE_THE_RECORD = {
    "accounts.User": "keeps history without the guard: Django itself saves last_login at sign-in",
    "notifications.Notice": "holds no trial data; the ledger is itself the record of what was sent",
}
MODELS = {
    model._meta.label: model
    for model in apps.get_models()
    if model._meta.app_label in ROOMS and not hasattr(model, "instance_type")  # a history table
}


@pytest.mark.parametrize("label", sorted(MODELS.keys() - OUTSIDE_THE_RECORD.keys()))
def test_model_is_audited(label):
    assert issubclass(MODELS[label], Audited), (
        f"{label} would be written without history: derive it from audit.models.Audited, "
        "or name it in OUTSIDE_THE_RECORD with the reason why it is not part of the record"
    )


@pytest.mark.parametrize("label", sorted(OUTSIDE_THE_RECORD))
def test_exception_is_still_needed(label):
    assert label in MODELS
    assert not issubclass(MODELS[label], Audited)


def test_record_is_never_deleted_with_its_parent():
    cascades = [
        f"{label}.{field.name}"
        for label, model in MODELS.items()
        for field in model._meta.concrete_fields
        if field.is_relation and field.remote_field.on_delete.__name__ != "PROTECT"
    ]
    assert cascades == []


@pytest.mark.django_db
def test_every_history_table_has_its_append_only_triggers():
    """Made after every migrate, so that a table which came with the last migration has them, too."""
    triggers = {
        "postgresql": "SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
        "sqlite": "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'",
    }
    with connection.cursor() as cursor:
        cursor.execute(triggers[connection.vendor])
        protected = Counter(table for (table,) in cursor.fetchall())
    assert history_tables()
    assert {table for table in history_tables() if protected[table] < 2} == set()


@pytest.mark.parametrize("path", sorted(ROOT.glob("*/migrations/0*.py")), ids=lambda p: p.parent.parent.name)
def test_migration_rests_on_no_rule(path):
    """A migration must still run when the rule it was made under has been renamed: it keeps plain values."""
    assert ".rules" not in path.read_text(encoding="utf-8")
