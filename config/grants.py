"""What the application's role may do with each table. `manage.py migrate` grants it each time."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, connections, transaction
from psycopg2 import sql

from audit import doors

EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")
# A table that no model knows, such as Django's own list of migrations.
READ = ("SELECT",)
# Until `migrate` is through with a new table: no more than the trail's tables get.
AT_FIRST = ("SELECT", "INSERT")


@contextmanager
def as_owner() -> Iterator[str]:
    """
    Have the default connection sign in as the owner of the tables, as long as this lasts.

    Gives the application's role, or an empty string where one role is both.
    """
    if not settings.DATABASE_OWNER:
        yield ""
        return
    ours = connections.settings["default"]
    owner = connections.configure_settings({"default": dict(settings.DATABASE_OWNER)})["default"]
    application = _user()
    _sign_in_by(owner)
    try:
        yield application if application != _user() else ""
    finally:
        _sign_in_by(ours)


@transaction.atomic
def settle(application: str) -> None:
    """Grant this role what it needs of every table, and take away what it does not need."""
    role = sql.Identifier(application)
    may = {
        model._meta.db_table: getattr(model, "application_may", EVERYTHING)
        for model in apps.get_models(include_auto_created=True)
    }
    with connection.cursor() as cursor:
        for statement in _defaults():
            cursor.execute(sql.SQL(statement).format(role))
        for table in connection.introspection.table_names(cursor):
            name = sql.Identifier("public", table)
            cursor.execute(sql.SQL("REVOKE ALL ON TABLE {} FROM {}").format(name, role))
            rights = sql.SQL(_listed(may.get(table, READ)))
            cursor.execute(sql.SQL("GRANT {} ON TABLE {} TO {}").format(rights, name, role))
        for function in doors.FUNCTIONS:
            cursor.execute(
                sql.SQL(f"GRANT EXECUTE ON FUNCTION public.{function} TO {{}}").format(role)
            )


def _defaults() -> Iterable[str]:
    yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {_listed(AT_FIRST)} ON TABLES TO {{}}"
    yield "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, USAGE ON SEQUENCES TO {}"
    yield "GRANT SELECT, USAGE ON ALL SEQUENCES IN SCHEMA public TO {}"


def _listed(rights: Iterable[str]) -> str:
    return ", ".join(rights)


def _sign_in_by(database: dict[str, Any]) -> None:
    connections["default"].close()
    del connections["default"]
    connections.settings["default"] = database


def _user() -> str:
    return str(connection.get_connection_params().get("user", ""))
