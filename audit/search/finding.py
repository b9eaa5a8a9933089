"""Finds a page of entries, and how many there are."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import dropwhile, islice

from django.db.models import Max, Min

from audit.models import Entry, IndexedSegment
from audit.search import conditions, places
from audit.search.asking import Asked, OneOf
from audit.search.conditions import Among, Condition
from audit.search.reading import Window

COUNT_FOR = 0.05  # seconds, once the page is full
LOOK_FOR = 0.5  # seconds, before a page is shown that is not full
_WINDOWS = (8, 32)  # segments at a time; then _LATER
_LATER = 64
# Of more places than this it is quicker to look through the whole segment; of fewer, several
# segments are looked at in one go.
_MANY = 2000


@dataclass(frozen=True, slots=True)
class Times:
    """When the first and the last entry of a segment happened."""

    first: datetime
    last: datetime


@dataclass(slots=True)
class Found:
    """
    Entries by their sequences, in the order looked for.

    `total` is how many there are from where the search began, or at least how many if not
    `is_total`. `reached` is the last entry that was looked at where patience ended before the list.
    """

    sequences: list[int] = field(default_factory=list)
    total: int = 0
    is_total: bool = True
    reached: int = 0


def ends() -> tuple[int, int]:
    """The first and the last entry that are here; (1, 0) for an empty trail."""
    found = Entry.objects.aggregate(first=Min("sequence"), last=Max("sequence"))
    return found["first"] or 1, found["last"] or 0


def find(
    asked: Asked,
    *,
    above: int = 0,
    below: int = 0,
    limit: int,
    newest_first: bool = True,
    gather: int = 0,
) -> Found:
    """
    Up to `limit` entries between two others, the newest or the oldest first.

    With `gather` it counts all of them and brings so many, as far as COUNT_FOR seconds suffice.
    """
    first, last = ends()
    above, below = max(above, first - 1), min(below or last + 1, last + 1)
    condition = asked.condition(above=above, below=below, newest_first=newest_first)
    search = _Search(asked, condition, above, below, newest_first)
    return search.run(limit, gather)


class _Search:
    def __init__(
        self, asked: Asked, condition: Condition, above: int, below: int, newest_first: bool
    ) -> None:
        self._asked, self._condition, self._newest_first = asked, condition, newest_first
        self._above, self._below = self._bounds(above, below)
        self._floor_hit = (self._above, self._below) != (above, below)
        self._is_exact = conditions.is_exact(condition)
        first, last = places.segment_of(self._above + 1), places.segment_of(self._below - 1)
        kept = IndexedSegment.objects.filter(number__range=(first, last))
        self._times = {one.number: Times(one.first_at, one.last_at) for one in kept}
        segments = range(first, last + 1)
        self._segments = list(reversed(segments) if newest_first else segments)

    def _bounds(self, above: int, below: int) -> tuple[int, int]:
        """Narrowed to what lookups by an id have seen."""
        floors = [
            leaf.floor for leaf in conditions.leaves([self._condition]) if isinstance(leaf, Among)
        ]
        if not any(floors):
            return above, below
        if self._newest_first:
            return max(above, *floors), below
        return above, min([below, *(floor for floor in floors if floor)])

    def run(self, limit: int, gather: int) -> Found:
        found, began = Found(), time.monotonic()
        for segment, bits in self._answers():
            is_full = len(found.sequences) >= limit
            waited = time.monotonic() - began
            if is_full and (not gather or not self._is_exact or waited > COUNT_FOR):
                found.is_total = False
                return found
            if not is_full and waited > LOOK_FOR:
                return self._unfinished(found, segment)
            self._take(found, bits(), segment, max(limit, gather))
        if self._floor_hit:
            found.is_total = False
            if len(found.sequences) < limit:
                found.reached = self._above if self._newest_first else self._below
        return found

    def _answers(self) -> Iterator[tuple[int, Callable[[], int]]]:
        """Each segment in order, and what tells its places."""
        for window in self._windows():
            kept = [one for one in window if one in self._times]
            read = Window(self._condition, kept)
            candidates = {one: self._candidates(read, one) for one in kept}
            checked: dict[int, int] = {}
            for segment in window:
                yield segment, partial(self._bits, segment, candidates, checked)

    def _take(self, found: Found, bits: int, segment: int, most: int) -> None:
        found.total += bits.bit_count()
        rows = places.sequences(bits, segment, newest_first=self._newest_first)
        found.sequences += islice(rows, most - len(found.sequences))

    def _unfinished(self, found: Found, segment: int) -> Found:
        found.is_total = False
        first = places.first_of(segment)
        found.reached = first + places.SIZE if self._newest_first else first - 1
        return found

    def _candidates(self, read: Window, segment: int) -> int:
        """The places of a segment that fit by all that the index tells."""
        if self._is_outside(self._times[segment]):
            return 0
        return self._within(segment) & conditions.found(
            self._condition, lambda leaf: read.read(segment, leaf)
        )

    def _bits(self, segment: int, candidates: dict[int, int], checked: dict[int, int]) -> int:
        """The places of a segment that fit for certain."""
        if segment not in self._times:
            return self._looked_through(segment)
        bits = candidates[segment]
        if not bits or (self._is_exact and self._is_inside(self._times[segment])):
            return bits
        if segment not in checked:
            self._check(segment, candidates, checked)
        return checked[segment]

    def _check(self, segment: int, candidates: dict[int, int], checked: dict[int, int]) -> None:
        """Look at the candidates of this segment and of as many after it as is quick."""
        if candidates[segment].bit_count() > _MANY:
            checked[segment] = candidates[segment] & self._looked_through(segment)
            return
        asked: list[int] = []
        for later in dropwhile(lambda one: one != segment, candidates):
            asked += places.sequences(candidates[later], later)
            checked[later] = 0
            if len(asked) > _MANY:
                break
        rows = Entry.objects.filter(OneOf(asked), self._asked.where)
        for sequence in rows.values_list("sequence", flat=True):
            checked[places.segment_of(sequence)] |= places.bit_of(sequence)

    def _looked_through(self, segment: int) -> int:
        """The places of a segment that fit by what the table says of each of its entries."""
        first = places.first_of(segment)
        rows = Entry.objects.filter(
            self._asked.where,
            sequence__gte=max(first, self._above + 1),
            sequence__lt=min(first + places.SIZE, self._below),
        )
        return places.of(rows.values_list("sequence", flat=True))

    def _within(self, segment: int) -> int:
        """All places of a segment that lie between the bounds."""
        bits = places.EVERYWHERE
        if places.segment_of(self._below) == segment:
            bits &= places.bit_of(self._below) - 1
        if self._above and places.segment_of(self._above) == segment:
            bits &= ~((places.bit_of(self._above) << 1) - 1)
        return bits

    def _is_outside(self, times: Times) -> bool:
        since, until = self._asked.since, self._asked.until
        return bool((since and times.last < since) or (until and times.first >= until))

    def _is_inside(self, times: Times) -> bool:
        since, until = self._asked.since, self._asked.until
        return not ((since and times.first < since) or (until and times.last >= until))

    def _windows(self) -> Iterator[Sequence[int]]:
        rest = iter(self._segments)
        for size in _WINDOWS:
            yield list(islice(rest, size))
        while window := list(islice(rest, _LATER)):
            yield window
