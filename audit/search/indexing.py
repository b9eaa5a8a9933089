"""The index: which terms stand for an entry, and where each is found in a segment."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection, transaction

from audit.search import places
from audit.search.words import WORD

# A term is one of these marks and a value. What nearly every entry has another value of, such as a
# request id, is no term: there the table's own indexes are quick.
MARKS: Mapping[str, str] = {
    "action": "a:",
    "actor_id": "p:",
    "owner_id": "o:",
    "scheme": "s:",
    "step_id": "t:",
    "subject_kind": "k:",
    "outcome": "c:",
}
_LOCK = 7_262_447  # any number that nobody else uses

_MISSING = """
WITH ends AS (
    SELECT (min(sequence) - 1) / %s AS first, max(sequence) / %s - 1 AS last FROM audit_entry
)
SELECT number FROM ends, generate_series(first, last) AS whole (number)
WHERE NOT EXISTS (SELECT 1 FROM audit_indexedsegment AS kept WHERE kept.number = whole.number)
ORDER BY number DESC LIMIT %s
"""
_READ = """
SELECT sequence, happened_at, action, actor_id, owner_id, scheme, step_id, subject_kind, outcome,
    tsvector_to_array(search)
FROM audit_entry WHERE sequence BETWEEN %s AND %s
"""
_WRITE = """
INSERT INTO audit_posting (segment, term, places)
SELECT %s, * FROM unnest(%s::text[], %s::bytea[])
"""


class _Row(NamedTuple):
    sequence: int
    happened_at: datetime
    action: str
    actor_id: str
    owner_id: str
    scheme: str
    step_id: str
    subject_kind: str
    outcome: str
    words: list[str]


def index_segments(at_most: int = 100) -> int:
    """
    Take every segment that is full into the index, the newest first; return how many.

    Safe to call at any time, by many at once. What is in no index yet is found all the same, only
    more slowly.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, [places.SIZE, places.SIZE, at_most])
        missing = [number for (number,) in cursor.fetchall()]
    return sum(_index(number) for number in missing)


def keep_still(sequences: Iterable[int]) -> None:
    """
    Let the segments of these entries not be indexed before the end of this transaction.

    Whoever takes words out of entries calls this first: they may be on their way into the index.
    """
    segments = sorted({(sequence - 1) // places.SIZE for sequence in sequences})
    with connection.cursor() as cursor:
        for segment in segments:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, segment])


@transaction.atomic
def _index(segment: int) -> bool:
    first = places.first_of(segment)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, segment])
        cursor.execute("SELECT 1 FROM audit_indexedsegment WHERE number = %s", [segment])
        if cursor.fetchone():
            return False
        cursor.execute(_READ, [first, first + places.SIZE - 1])
        rows = [_Row(*row) for row in cursor.fetchall()]
        terms = sorted(_by_term(rows).items())
        cursor.execute("DELETE FROM audit_posting WHERE segment = %s", [segment])
        cursor.execute(
            _WRITE,
            [segment, [term for term, _ in terms], [places.written(where) for _, where in terms]],
        )
        # What went to the archive leaves a segment that is there and empty.
        times = [row.happened_at for row in rows] or [datetime.now(UTC)]
        cursor.execute(
            "INSERT INTO audit_indexedsegment (number, first_at, last_at) VALUES (%s, %s, %s)",
            [segment, min(times), max(times)],
        )
    return True


def _by_term(rows: Iterable[_Row]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row in rows:
        place = (row.sequence - 1) & (places.SIZE - 1)
        for column, mark in MARKS.items():
            if value := getattr(row, column):
                found.setdefault(mark + value, []).append(place)
        for word in row.words:
            found.setdefault(WORD + word, []).append(place)
    return found
