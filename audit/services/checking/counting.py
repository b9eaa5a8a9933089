"""Nothing is missing, nothing is too much: the numbers of records, entries and batches."""

from django.db.backends.utils import CursorWrapper

from audit.services.checking import questions
from audit.services.checking.findings import Verification


def count(cursor: CursorWrapper, since: int, seen: Verification) -> None:
    """Say how far the trail reaches, and where its numbers have gaps."""
    seen.size = _count(cursor, since, seen)
    cursor.execute(questions.STRAY, [since])
    for (number,) in cursor.fetchall():
        seen.note("sequence", "There is an entry, but no record of it.", number)
    cursor.execute(questions.LOST, [since])
    for (number,) in cursor.fetchall():
        seen.note("archive", "The record was emptied, and no archived segment has it.", number)
    cursor.execute("SELECT COALESCE(max(size), 0) FROM audit_batch")
    (batched,) = cursor.fetchone()
    if batched != seen.size:
        said = f"The sealer came to {batched} entries, but the trail has {seen.size}."
        seen.note("batches", said, min(batched, seen.size) + 1)


def _count(cursor: CursorWrapper, since: int, seen: Verification) -> int:
    """The last number of the records."""
    cursor.execute(questions.COUNT, [since])
    rows, first, last = cursor.fetchone()
    if not rows:
        return since
    if rows != last - since or first != since + 1:
        cursor.execute(questions.GAPS, [since, since])
        for missing, upto in cursor.fetchall():
            said = f"Entry {missing} is" if missing == upto else f"Entries {missing} to {upto} are"
            seen.note("sequence", f"{said} missing.", missing)
    return int(last)
