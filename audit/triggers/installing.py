"""Makes the triggers, and says which of them are not as they were made."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from audit.triggers import functions
from audit.triggers.wanted import ROWS, TRUNCATE, triggers

_STANDING = """
SELECT relname, tgname, proname, tgtype::int, tgenabled::text, encode(tgargs, 'hex'),
    tgqual IS NULL AND tgattr::text = '' AND NOT tgdeferrable
FROM pg_trigger
JOIN pg_class ON pg_class.oid = tgrelid
JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE relnamespace = current_schema()::regnamespace AND pronamespace = relnamespace
    AND tgname IN %s
"""
_FUNCTIONS = """
SELECT proname, prosrc, prosecdef, proconfig FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace AND proname = ANY (%s)
"""
_TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
"""


@transaction.atomic
def install(**_: Any) -> None:
    """
    Make every trigger as its table's rule wants it. For the owner of the tables.

    Changes nothing, and so waits for nobody, where all is as it should be.
    """
    tables = {name for (name,) in _rows(_TABLES)}
    if "audit_change" not in tables:
        return
    bodies, standing = _bodies(), _standing()
    wanted = {each.place: each for each in triggers() if each.table in tables}
    statements = [functions.definition(name, bodies[name]) for name in _altered(bodies)]
    statements += [each.sql for place, each in wanted.items() if standing.get(place) != each.state]
    statements += [
        f'DROP TRIGGER {name} ON "{table}"' for table, name in standing.keys() - wanted.keys()
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def unwatched() -> set[str]:
    """The recorded tables whose triggers are missing, switched off, or not as they were made."""
    altered, standing = _altered(_bodies()), _standing()
    return {
        each.table
        for each in triggers()
        if standing.get(each.place) != each.state or each.function in altered
    }


def _standing() -> dict[tuple[str, str], tuple[Any, ...]]:
    """How each of our triggers stands in the catalogue, as Trigger.state has it."""
    found = _rows(_STANDING, [(ROWS, TRUNCATE)])
    return {(table, name): tuple(state) for table, name, *state in found}


def _bodies() -> dict[str, str]:
    return functions.bodies(_rows("SELECT quote_ident(current_schema())")[0][0])


def _altered(bodies: Mapping[str, str]) -> set[str]:
    """The functions that are missing, or not what they were made as."""
    known = {
        name: (body, is_definer, settings)
        for name, body, is_definer, settings in _rows(_FUNCTIONS, [list(bodies)])
    }
    return {
        name for name, body in bodies.items() if known.get(name) != (body, True, functions.SETTINGS)
    }


def _rows(question: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, parameters)
        return list(cursor.fetchall())
