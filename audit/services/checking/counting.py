"""Nothing is missing, nothing is too much: the numbers of entries, records and batches."""

from django.db.backends.utils import CursorWrapper

from audit.services.checking import questions
from audit.services.checking.findings import Verification

_TABLES = {"audit_record": "records", "audit_entry": "entries"}


def count(cursor: CursorWrapper, since: int, seen: Verification) -> None:
    """Say how far the trail reaches, and where its numbers have gaps."""
    ends = {table: _count(cursor, table, since, seen) for table in _TABLES}
    seen.size = max(ends.values())
    for table, end in ends.items():
        if end < seen.size:
            said = f"The {_TABLES[table]} end at {end}, before the trail does."
            seen.note("sequence", said, end + 1)
    cursor.execute("SELECT COALESCE(max(size), 0) FROM audit_batch")
    (batched,) = cursor.fetchone()
    if batched != seen.size:
        said = f"The sealer came to {batched} entries, but the trail has {seen.size}."
        seen.note("batches", said, min(batched, seen.size) + 1)


def _count(cursor: CursorWrapper, table: str, since: int, seen: Verification) -> int:
    """The last number in a table."""
    cursor.execute(questions.COUNTS.format(table=table), [since, since, since])
    rows, first, last = cursor.fetchone()
    if rows == last - since and first == since + 1:
        return int(last)
    cursor.execute(questions.GAPS.format(table=table), [since, since])
    for missing, upto in cursor.fetchall():
        numbers = f"{missing}" if missing == upto else f"{missing} to {upto}"
        seen.note("sequence", f"Of the {_TABLES[table]} {numbers} missing.", missing)
    return int(last)
