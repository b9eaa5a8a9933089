"""Pages of what was asked, with cursors like those of every other list."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from audit.models import Entry
from audit.search import finding
from audit.search.asking import Asked
from audit.search.finding import Found
from core.keyset import BadCursor, Keyset

ORDER = Keyset(Entry, ["-sequence"])
GATHERED = 1000  # entries that facets are counted of


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """
    Entries with their actors' names, newest first, and cursors.

    Only a first page has `gathered`, the newest that fit, and `total`: all that fit, or at least so
    many if not `is_total`. `looked_back_to` is the entry at which patience ended before the page
    was full; `next` looks further.
    """

    items: list[Entry]
    next: str | None
    previous: str | None
    total: int | None = None
    is_total: bool = False
    gathered: list[int] | None = None
    looked_back_to: int = 0


def page_of(asked: Asked, *, cursor: str = "", limit: int) -> ResultPage:
    """The page at this cursor; without one the first. Raises BadCursor."""
    backwards, sequence = place(cursor)
    if backwards:
        return _newer(asked, sequence, limit)
    found = finding.find(asked, below=sequence, limit=limit + 1, gather=0 if cursor else GATHERED)
    items = _entries(found.sequences[:limit])
    last = items[-1] if len(found.sequences) > limit else _reached(found)
    return ResultPage(
        items=items,
        next=ORDER.cursor("after", last) if last else None,
        previous=ORDER.cursor("before", items[0]) if cursor and items else None,
        total=None if cursor else found.total,
        is_total=found.is_total,
        gathered=None if cursor else found.sequences,
        looked_back_to=0 if len(items) == limit else found.reached,
    )


def _newer(asked: Asked, sequence: int, limit: int) -> ResultPage:
    """The page before an entry: the oldest of what is newer."""
    found = finding.find(asked, above=sequence, limit=limit + 1, newest_first=False)
    items = _entries(found.sequences[:limit])
    more = len(found.sequences) > limit or found.reached
    return ResultPage(
        items=items,
        next=ORDER.cursor("after", items[-1]) if items else None,
        previous=ORDER.cursor("before", items[0]) if items and more else None,
    )


def _entries(sequences: list[int]) -> list[Entry]:
    found = Entry.objects.named().filter(sequence__in=sequences)
    return list(found.newest_first())


def _reached(found: Found) -> Entry | None:
    return Entry(sequence=found.reached) if found.reached else None


def place(cursor: str) -> tuple[bool, int]:
    """Whether a cursor reads backwards, and the entry it names; 0 without one. Raises BadCursor."""
    if not cursor:
        return False, 0
    try:
        backwards, values = ORDER.place(cursor)
    except ValidationError as error:
        raise BadCursor("This is not a cursor of this list.", field="cursor") from error
    return backwards, int(values[0].value)
