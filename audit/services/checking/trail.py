"""The whole check: everything the database says of the trail, against the records and seals."""

import time
from collections.abc import Sequence

from django.db import connection as default
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from audit.proof.notes import VerifierKey
from audit.services.checking import (
    counting,
    erasing,
    heads,
    histories,
    questions,
    sealed,
    stretches,
)
from audit.services.checking.findings import Verification
from audit.services.checking.heads import Tree
from audit.services.checking.moments import Moment, one_moment
from audit.services.checking.stretches import BLOCK, Stretch

AT_ONCE = 32 * BLOCK  # records


def check_trail(
    *,
    since: int = 0,
    workers: int = 1,
    outside: Sequence[str] = (),
    trusted: Sequence[VerifierKey] = (),
    connection: BaseDatabaseWrapper | None = None,
) -> Verification:
    """
    Verify the trail in the database: every row of it, as of one moment. Changes nothing.

    With `since` (a multiple of 256), the entries up to there are taken as the kept nodes have
    them. More `workers` than one use connections of their own. `outside` are the notes of heads
    that left the building, `trusted` keys that may have signed besides those that are kept.
    """
    if since % BLOCK:
        raise ValueError(f"A check begins after a multiple of {BLOCK} entries.")
    began = time.monotonic()
    seen = Verification(first=since + 1)
    with one_moment(connection or default, workers) as moment:
        counting.count(moment.cursor, since, seen)
        keys = [*sealed.known_keys(moment.cursor, seen), *trusted]
        signed = sealed.read(moment.cursor)
        away = [sealed.head_in(note, keys) for note in outside]
        found = _read(moment, since, seen, {head.size for head in [*signed, *away] if head})
        unread = [number for each in found for number in each.unread]
        histories.compare(moment, since, unread, seen)
        erasing.compare(moment.cursor, unread, seen)
        nodes = _nodes(moment.cursor)
        tree = Tree([nodes.get((8, at), bytes(32)) for at in range(since // BLOCK)], found)
        heads.compare_nodes(tree, nodes, seen)
        kept = sealed.compare(signed, tree, keys, since, seen)
        sealed.compare_times(moment.cursor, kept, since, seen)
        sealed.compare_outside(away, kept, tree, seen)
    seen.seconds = time.monotonic() - began
    return seen


def _read(moment: Moment, since: int, seen: Verification, sizes: set[int]) -> list[Stretch]:
    def read(cursor: CursorWrapper, start: int) -> Stretch:
        return stretches.read(cursor, start, min(start + AT_ONCE, seen.size), sizes)

    found = moment.each(read, range(since, seen.size, AT_ONCE))
    for stretch in found:
        seen.add(stretch.seen)
    return found


def _nodes(cursor: CursorWrapper) -> dict[tuple[int, int], bytes]:
    cursor.execute(questions.NODES)
    return {(level, index): bytes(node) for level, index, node in cursor.fetchall()}
