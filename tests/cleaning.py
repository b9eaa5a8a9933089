"""
Puts the database back after a test that commits.

Django empties every table and has permissions, roles and triggers made anew, which takes half a
second. Most of these tests wrote to a few tables only. Sequences go on, as they do with Django.
"""

from io import StringIO

from django.db import connection, transaction

from workflows import definitions

NUMBERED = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND is_identity = 'YES'
"""
COUNT_ON = """
SELECT setval(name, greatest((SELECT max({column}) FROM "{table}"), pg_sequence_last_value(name)))
FROM pg_get_serial_sequence('"{table}"', '{column}') AS text, regclass(text) AS name
"""
BIG = 1_000_000  # bytes; from here on it is quicker to throw a table away than its rows


class Baseline:
    """What is in the tables before the first test."""

    def __init__(self):
        self.tables = sorted(connection.introspection.django_table_names(only_existing=True))
        self.kept = {table: _copy(table) for table in self._sizes()}
        self.numbered = _numbered()

    def restore(self):
        """Make it so again. Neither triggers nor foreign keys are asked."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            sizes = self._sizes()
            if max(sizes.values(), default=0) > BIG:
                cursor.execute("TRUNCATE " + ", ".join(f'"{table}"' for table in self.tables))
                sizes = {}
            for table in sizes.keys() - self.kept.keys():
                cursor.execute(f'DELETE FROM "{table}"')
            for table, rows in self.kept.items():
                if table not in sizes or _lines(_copy(table)) != _lines(rows):
                    cursor.execute(f'DELETE FROM "{table}"')
                    cursor.copy_expert(f'COPY "{table}" FROM STDIN', StringIO(rows))
                    if table in self.numbered:  # a flush begins to count anew
                        cursor.execute(COUNT_ON.format(table=table, column=self.numbered[table]))
        definitions.forget()  # which are registered

    def _sizes(self):
        """The bytes of each table that has rows."""
        questions = (
            f"SELECT '{table}', pg_relation_size('\"{table}\"')"
            f' WHERE EXISTS (SELECT 1 FROM "{table}")'
            for table in self.tables
        )
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(questions))
            return dict(cursor.fetchall())


def _copy(table):
    rows = StringIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{table}" TO STDOUT', rows)
    return rows.getvalue()


def _lines(rows):
    return sorted(rows.splitlines())


def _numbered():
    """The column of each table that PostgreSQL numbers."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBERED)
        return dict(cursor.fetchall())
