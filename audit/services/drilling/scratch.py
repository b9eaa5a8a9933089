"""A copy of the newest part of the trail, in temporary tables that only one session can see."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection as default
from django.db.backends.base.base import BaseDatabaseWrapper

from audit.proof.notes import VerifierKey
from audit.services.checking import Verification, check_trail
from audit.services.checking.stretches import BLOCK
from core.errors import Conflict

AT_LEAST = 8  # sealed entries
COPIED = 1024  # entries

# A name without a schema means the temporary table, as soon as there is one.
_TABLES = (
    "audit_entry",
    "audit_record",
    "audit_link",
    "audit_node",
    "audit_batch",
    "audit_seal",
    "audit_sealingkey",
    "audit_key",
    "audit_segment",
)
_HOME = "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'audit_entry'::regclass"
_MIDDLE = """
SELECT sequence FROM audit_record
WHERE sequence > %s AND body <> '' AND EXISTS (
    SELECT 1 FROM audit_link WHERE audit_link.sequence = audit_record.sequence
)
ORDER BY abs(sequence - %s) LIMIT 1
"""
_IN_PART = "sequence > %(since)s AND sequence <= %(size)s"
# What the check asks of the whole trail: why keys are gone, and where others came from.
_EXPLAINS = "action IN ('audit.keys_erased', 'audit.sealing_key_added')"
_EXPLAINING = f"SELECT sequence FROM audit_entry WHERE {_EXPLAINS}"  # noqa: S608
_KEPT = {
    "audit_entry": f"({_IN_PART}) OR (sequence <= %(size)s AND {_EXPLAINS})",
    "audit_record": f"({_IN_PART}) OR sequence IN ({_EXPLAINING})",
    "audit_link": _IN_PART,
    "audit_node": "(index + 1) << level <= %(size)s",
    "audit_batch": "size <= %(size)s",
    "audit_seal": "size <= %(size)s",
    "audit_sealingkey": "true",
    "audit_segment": "true",
    "audit_key": "name IN (SELECT jsonb_object_keys(body::jsonb -> 'boxes') FROM audit_record"
    " WHERE body <> '')",
}


class TrailTooShort(Conflict):
    code = "trail_too_short"


class Scratch:
    """The copy. What is done to it happens in `undone()` and leaves no trace."""

    def __init__(self, connection: BaseDatabaseWrapper, since: int, size: int) -> None:
        self.connection, self.since, self.size = connection, since, size
        self.trusted: list[VerifierKey] = []  # keys that a thief is assumed to have
        self.outside = [note for (note,) in self.ask("SELECT note FROM audit_seal ORDER BY size")]

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

    def do(self, sql: str, *values: Any) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values)

    def record(self, sequence: int) -> dict[str, Any]:
        ((body,),) = self.ask("SELECT body FROM audit_record WHERE sequence = %s", sequence)
        record: dict[str, Any] = json.loads(body)
        return record

    def middle(self) -> int:
        """An entry near the middle of the copy, of which there is a record and a history."""
        found = self.ask(_MIDDLE, self.since, (self.since + self.size) // 2)
        if not found:
            raise TrailTooShort("The newest entries concern nothing that could be tampered with.")
        return int(found[0][0])

    def check(self) -> Verification:
        """The check of the real trail, on this copy. Its seals count as known outside."""
        return check_trail(
            since=self.since,
            outside=self.outside,
            trusted=self.trusted,
            connection=self.connection,
        )

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever is done to the copy within this block is taken back at its end."""
        self.connection.set_autocommit(False)
        try:
            yield
        finally:
            self.trusted.clear()
            self.connection.rollback()
            self.connection.set_autocommit(True)


@contextmanager
def scratch_copy(at_most: int = COPIED) -> Iterator[Scratch]:
    """
    Copy the newest entries up to the newest seal, in a session of its own.

    These are `at_most` so many, and what is left of the block that the first of them stands in.

    The copy ends with the session, however that ends. Raises TrailTooShort.
    """
    connection = default.copy()
    try:
        with connection.cursor() as cursor:
            cursor.execute(_HOME)
            (home,) = cursor.fetchone()
            cursor.execute("SELECT COALESCE(max(size), 0) FROM audit_seal")
            (size,) = cursor.fetchone()
            if size < AT_LEAST:
                raise TrailTooShort(f"The drill needs a trail of {AT_LEAST} sealed entries.")
            since = max(0, size - at_most) // BLOCK * BLOCK
            for table in _TABLES:
                cursor.execute(
                    f"CREATE TEMPORARY TABLE {table} (LIKE {home}.{table} INCLUDING ALL)"
                )
                original = f"SELECT * FROM {home}.{table} WHERE {_KEPT[table]}"  # noqa: S608
                part = {"since": since, "size": size}
                cursor.execute(f"INSERT INTO pg_temp.{table} {original}", part)
                cursor.execute(f"ANALYZE pg_temp.{table}")
        yield Scratch(connection, since, size)
    finally:
        connection.close()
