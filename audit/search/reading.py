"""Reads from the index what a condition asks for, many segments at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import connection

from audit.search import places
from audit.search.conditions import Among, Condition, Prefix, Term, leaves

_TERMS = """
SELECT segment, term, places FROM audit_posting
WHERE segment = ANY(%s) AND term = ANY(%s)
"""
_PREFIX = """
SELECT segment, places FROM audit_posting
WHERE segment = ANY(%s) AND term >= %s AND term < %s
"""


class Window:
    """Some segments of the index, and where in them the terms of a condition are."""

    def __init__(self, condition: Condition, segments: Sequence[int]) -> None:
        asked = set(leaves([condition]))
        self._terms = _terms({one.name for one in asked if isinstance(one, Term)}, segments)
        self._prefixes = {one: _prefix(one, segments) for one in asked if isinstance(one, Prefix)}

    def read(self, segment: int, leaf: Term | Prefix | Among) -> int:
        match leaf:
            case Term(name):
                return self._terms.get((segment, name), 0)
            case Prefix():
                return self._prefixes[leaf].get(segment, 0)
            case Among(by_segment):
                return by_segment.get(segment, 0)


def _terms(names: Iterable[str], segments: Sequence[int]) -> dict[tuple[int, str], int]:
    wanted = list(names)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_TERMS, [list(segments), wanted])
        return {(segment, term): places.read(kept) for segment, term, kept in cursor.fetchall()}


def _prefix(prefix: Prefix, segments: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    with connection.cursor() as cursor:
        cursor.execute(_PREFIX, [list(segments), prefix.start, prefix.end])
        for segment, kept in cursor.fetchall():
            found[segment] |= places.read(kept)
    return found
