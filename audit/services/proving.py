"""Hashes that prove: that an entry is in a tree, and that one tree grew into another."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from audit.proof import merkle
from audit.proof.merkle import Place, Range

_LEAVES = "SELECT sequence - 1, leaf FROM audit_record WHERE sequence = ANY(%s)"
_NODES = """
SELECT node.level, node.index, node.hash
FROM audit_node node
JOIN unnest(%s::smallint[], %s::bigint[]) AS wanted (level, index) USING (level, index)
"""


class TreeIncomplete(Exception):
    """Hashes are missing that a tree of this size has."""


def root(size: int) -> bytes:
    """The root of the tree over the first `size` entries. Raises TreeIncomplete."""
    return hashes([(0, size)])[0]


def inclusion(sequences: Sequence[int], size: int) -> list[list[bytes]]:
    """
    For each entry its path in the tree of `size`, from the leaf up (RFC 9162, 2.1.3.1).

    Many at once share what they read. Raises ValueError for an entry that the tree does not have,
    and TreeIncomplete.
    """
    paths = [merkle.inclusion(sequence - 1, size) for sequence in sequences]
    found = _by_range({place for path in paths for place in path})
    return [[found[place] for place in path] for path in paths]


def consistency(first: int, second: int) -> list[bytes]:
    """
    The proof that the tree of `first` entries is the beginning of that of `second` (2.1.4.1).

    Raises ValueError unless 0 < first <= second, and TreeIncomplete.
    """
    return hashes(merkle.consistency(first, second))


def tiles_before(first: int) -> list[bytes]:
    """The hashes that stand for the entries before `first`; see tiles in audit.proof.merkle."""
    return hashes(merkle.tiles(0, first - 1))


def tiles_after(last: int, size: int) -> list[bytes]:
    """The hashes that stand for the entries after `last`, up to `size`."""
    return hashes(merkle.tiles(last, size))


def hashes(ranges: Sequence[Range]) -> list[bytes]:
    """The hash of each range of leaves. Raises TreeIncomplete."""
    found = _by_range(set(ranges))
    return [found[place] for place in ranges]


def _by_range(ranges: set[Range]) -> dict[Range, bytes]:
    nodes = _kept(merkle.needed(ranges))
    try:
        return {place: merkle.range_hash(*place, nodes) for place in ranges}
    except KeyError as error:
        level, index = error.args[0]
        raise TreeIncomplete(f"The hash of level {level}, place {index} is missing.") from None


def _kept(places: Iterable[Place]) -> Mapping[Place, bytes]:
    wanted = set(places)
    leaves = [index + 1 for level, index in wanted if level == 0]
    levels = [level for level, _ in wanted if level]
    indexes = [index for level, index in wanted if level]
    kept: dict[Place, bytes] = {}
    with connection.cursor() as cursor:
        if leaves:
            cursor.execute(_LEAVES, [leaves])
            kept |= {(0, index): bytes(leaf) for index, leaf in cursor.fetchall()}
        if levels:
            cursor.execute(_NODES, [levels, indexes])
            kept |= {(level, index): bytes(found) for level, index, found in cursor.fetchall()}
    return kept
