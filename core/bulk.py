"""Changing many rows in one statement."""

from collections.abc import Sequence

from django.db import connection, models


def update_many(objects: Sequence[models.Model], fields: Sequence[str]) -> int:
    """
    Write these fields of rows that are all of one model; return how many rows there were.

    The same as QuerySet.bulk_update, which builds a CASE over all keys for every field and took
    six times as long for the workers' usual 25 rows.
    """
    if not objects:
        return 0
    options = objects[0]._meta
    by_name = {column.name: column for column in options.concrete_fields}
    columns = [options.pk, *(by_name[name] for name in fields)]
    names = [connection.ops.quote_name(str(column.column)) for column in columns]
    table = connection.ops.quote_name(options.db_table)
    arrays = ", ".join(f"%s::{column.db_type(connection)}[]" for column in columns)
    changes = ", ".join(f"{name} = changed.{name}" for name in names[1:])
    with connection.cursor() as cursor:
        cursor.execute(
            # Names come from the models, values travel as parameters.
            f"UPDATE {table} SET {changes} FROM unnest({arrays}) "  # noqa: S608
            f"AS changed ({', '.join(names)}) WHERE {table}.{names[0]} = changed.{names[0]}",
            [
                [
                    column.get_db_prep_save(getattr(row, column.attname), connection)
                    for row in objects
                ]
                for column in columns
            ],
        )
        count: int = cursor.rowcount
    return count
