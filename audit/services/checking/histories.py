"""The links from things to entries, against what the records say."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from django.db.backends.utils import CursorWrapper

from audit.services.checking import questions
from audit.services.checking.findings import Verification
from audit.services.checking.moments import Moment

_AT_ONCE = 1 << 18  # entries; links are not in their order, so every question reads all of them
_EVER = 1 << 62


def compare(moment: Moment, since: int, unread: Sequence[int], seen: Verification) -> None:
    """Say which links are said by a record and not kept, and the other way round."""
    starts = list(range(since, max(seen.size, since + 1), _AT_ONCE))
    bounds = [*starts, _EVER]
    bounds[0] = since or -_EVER
    stretches = [(start, end, unread) for start, end in pairwise(bounds)]
    for found in moment.each(_compare, stretches):
        for kind, thing, number, is_said in found:
            said = "lacks this entry" if is_said else "has this entry, which says nothing of it"
            seen.note("links", f"The history of {kind} {thing} {said}.", number)


def _compare(
    cursor: CursorWrapper, stretch: tuple[int, int, Sequence[int]]
) -> list[tuple[str, str, int, bool]]:
    start, end, unread = stretch
    bounds: list[Any] = [start, end, list(unread)]
    cursor.execute(questions.LINKS, bounds + bounds)
    return list(cursor.fetchall())
