"""Database triggers that refuse to change or remove history (21 CFR 11.10(e)), on PostgreSQL and SQLite.

They are (re)made after every migrate rather than by each migration: SQLite rebuilds a table when a column
changes and drops its triggers silently, and a trigger that is missing is not noticed until it is needed.
"""

from typing import Any

from django.apps import apps
from django.db import connections

POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION casebook_refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'history is append-only: % on % refused', TG_OP, TG_TABLE_NAME; END $$
"""
_REFUSE = "EXECUTE FUNCTION casebook_refuse_history_change()"
POSTGRESQL_TRIGGERS = (
    f'CREATE OR REPLACE TRIGGER {{table}}_rows BEFORE UPDATE OR DELETE ON "{{table}}" FOR EACH ROW {_REFUSE}',
    f'CREATE OR REPLACE TRIGGER {{table}}_empty BEFORE TRUNCATE ON "{{table}}" FOR EACH STATEMENT {_REFUSE}',
)
SQLITE_TRIGGERS = tuple(
    f'CREATE TRIGGER IF NOT EXISTS {{table}}_{verb.lower()} BEFORE {verb} ON "{{table}}" '
    f"BEGIN SELECT RAISE(ABORT, 'history is append-only: {verb} refused'); END"
    for verb in ("UPDATE", "DELETE")
)


def history_tables() -> list[str]:
    """Every table that holds history rows, of all apps."""
    return sorted(model._meta.db_table for model in apps.get_models() if hasattr(model, "instance_type"))


def protect(using: str) -> None:
    """Make the triggers of all history tables that exist in this database."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    tables = [table for table in history_tables() if table in present]
    triggers = POSTGRESQL_TRIGGERS if connection.vendor == "postgresql" else SQLITE_TRIGGERS
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
        for table in tables:
            for statement in triggers:
                cursor.execute(statement.format(table=table))


def protect_after_migrate(app_config: Any, using: str, **kwargs: Any) -> None:
    """Once per migrate, after the last app that has models: Django signals no others."""
    if app_config is [config for config in apps.get_app_configs() if config.models_module][-1]:
        protect(using)
