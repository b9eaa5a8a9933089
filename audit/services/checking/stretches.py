"""A stretch of records: hashed, compared with what is searched, and their boxes opened."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import DataError
from django.db.backends.utils import CursorWrapper

from audit.models import ACTOR
from audit.proof import records, vault
from audit.services.checking import questions
from audit.services.checking.findings import Verification
from audit.services.checking.pyramids import pyramid, root

BLOCK = 256  # leaves below one kept node
_BROKEN = bytes(32)  # stands where there is no leaf


@dataclass
class Stretch:
    """What a stretch of whole blocks came to, from the entry after `start`."""

    start: int
    blocks: list[bytes] = field(default_factory=list)
    tails: dict[int, bytes | None] = field(
        default_factory=dict
    )  # by size: what a block begins with
    unread: list[int] = field(default_factory=list)  # records that are no records
    seen: Verification = field(default_factory=Verification)


@dataclass(slots=True)
class _Row:
    sequence: int
    leaf: bytes
    is_archived: bool
    is_hashed: bool
    has_entry: bool
    different: list[str] | None
    event_id: str | None
    boxes: str | None
    is_found: bool | None


def read(cursor: CursorWrapper, start: int, end: int, sizes: Iterable[int]) -> Stretch:
    """Look at the records after `start` up to `end`; `sizes` are those of the seals in it."""
    stretch = Stretch(start)
    rows = _rows(cursor, start, end, stretch)
    for row in rows:
        _judge(row, stretch.seen)
    opened = _open_boxes(cursor, rows, stretch.seen)
    _look_for_words(cursor, [row for row in rows if row.is_found is False], opened, stretch.seen)
    _hash(rows, end, set(sizes), stretch)
    return stretch


def _rows(cursor: CursorWrapper, start: int, end: int, stretch: Stretch) -> list[_Row]:
    """The rows of a stretch. What cannot be read as a record is found by halving."""
    cursor.execute("SAVEPOINT stretch")
    try:
        cursor.execute(questions.RECORDS, [start, end])
        return [_Row(*row) for row in cursor.fetchall()]
    except DataError:
        cursor.execute("ROLLBACK TO SAVEPOINT stretch")
        if end - start > 1:
            middle = (start + end) // 2
            return _rows(cursor, start, middle, stretch) + _rows(cursor, middle, end, stretch)
    stretch.unread.append(end)
    stretch.seen.note("records", "What stands here cannot be read as a record.", end)
    cursor.execute("SELECT leaf FROM audit_record WHERE sequence = %s", [end])
    return [_Row(end, cursor.fetchone()[0], False, True, True, None, None, None, None)]


def _judge(row: _Row, seen: Verification) -> None:
    seen.archived += row.is_archived
    if not row.is_hashed:
        seen.note("records", "The record is not the text that was hashed.", row.sequence)
    if not row.has_entry:
        seen.note("sequence", "There is a record, but no entry to find it by.", row.sequence)
    if row.different:
        names = ", ".join(row.different)
        seen.note("columns", f"The record says something else of: {names}.", row.sequence)


def _open_boxes(
    cursor: CursorWrapper, rows: list[_Row], seen: Verification
) -> dict[str, bytes | None]:
    """Open every box; return the keys."""
    found = [(row, json.loads(row.boxes)) for row in rows if row.boxes and row.boxes != "{}"]
    keys = _keys(cursor, {name for _, boxes in found for name in boxes})
    for row, boxes in found:
        for name, box in boxes.items():
            seen.boxes += 1
            if name not in keys:
                seen.note("boxes", f"The key {name} is missing.", row.sequence)
            elif (key := keys[name]) is None:
                seen.erased += 1
            elif not _fits(key, str(row.event_id), box):
                seen.note("boxes", f"The box was not locked with the key {name}.", row.sequence)
    return keys


def _fits(key: bytes, event_id: str, box: Any) -> bool:
    try:
        return vault.fits(vault.box_key(key, UUID(event_id)), box)
    except (ValueError, TypeError):
        return False


def _keys(cursor: CursorWrapper, names: set[str]) -> dict[str, bytes | None]:
    cursor.execute(questions.KEYS, [list(names)])
    return {name: None if key is None else bytes(key) for name, key in cursor.fetchall()}


def _look_for_words(
    cursor: CursorWrapper,
    rows: list[_Row],
    keys: Mapping[str, bytes | None],
    seen: Verification,
) -> None:
    """Entries that more is found by than their text: a comment, or another service's words."""
    numbers = [row.sequence for row in rows]
    if not numbers:
        return
    cursor.execute(
        "SELECT sequence, body FROM audit_record WHERE sequence = ANY (%s) AND body <> ''",
        [numbers],
    )
    words = {number: _words(body, keys) for number, body in cursor.fetchall()}
    cursor.execute(questions.WORDS, [list(words), list(words.values())])
    for (number,) in cursor.fetchall():
        seen.note("words", "The entry is found by other words than it says.", number)


def _words(body: str, keys: Mapping[str, bytes | None]) -> str:
    """All that an entry is found by, as far as it is not erased: its text, and what was written."""
    record = json.loads(body)
    names = [name for name, value in record["detail"].items() if _is_written(value)]
    if _is_written(record["reason"]):
        names.append("")
    try:
        record = records.opened(body, keys=keys)
    except (vault.WrongKey, ValueError, LookupError, TypeError):
        return str(record["text"])  # what is wrong with its boxes is told elsewhere
    written = [record["detail"][name] if name else record["reason"] for name in names]
    said = [str(value) for value in written if not isinstance(value, Mapping)]
    return " ".join([record["text"].replace(ACTOR, ""), *said])


def _is_written(value: Any) -> bool:
    """Whether this stands in the box of a text that somebody wrote."""
    return isinstance(value, Mapping) and str(value.get("sealed", "")).startswith("text:")


def _hash(rows: list[_Row], end: int, sizes: set[int], stretch: Stretch) -> None:
    """The hash of every block, and of what each seal has of the block it ends in."""
    leaves = {row.sequence: bytes(row.leaf) for row in rows}
    for first in range(stretch.start, end, BLOCK):
        last = min(first + BLOCK, end)
        levels = pyramid([leaves.get(number, _BROKEN) for number in range(first + 1, last + 1)])
        if last - first == BLOCK:
            stretch.blocks.append(levels[-1][0])
        for size in sizes.intersection(range(first + 1, last + 1)):
            stretch.tails[size] = root(levels, size - first) if size - first < BLOCK else None
