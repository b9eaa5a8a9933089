"""
The hash tree of RFC 9162, section 2.1, over leaves that are kept elsewhere.

Everything is said in ranges (start, count) of leaves. A caller learns which nodes a range needs,
fetches them all at once, and has the range's hash computed.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

# Of these complete subtrees the hash is kept: single leaves, and 256 of the level below.
LEVELS = (24, 16, 8, 0)

Range = tuple[int, int]
Place = tuple[int, int]  # (level, index)

EMPTY = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def split(count: int) -> int:
    """The largest power of two below `count`, which is at least 2."""
    return 1 << ((count - 1).bit_length() - 1)


def inclusion(index: int, size: int) -> list[Range]:
    """The ranges whose hashes are the audit path of a leaf, from the leaf up (2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"There is no leaf {index} in a tree of {size}.")
    path: list[Range] = []
    start, count = 0, size
    while count > 1:
        left = split(count)
        if index < start + left:
            path.append((start + left, count - left))
            count = left
        else:
            path.append((start, left))
            start, count = start + left, count - left
    return path[::-1]


def consistency(first: int, second: int) -> list[Range]:
    """The ranges whose hashes prove that a tree of `first` leaves grew into `second` (2.1.4.1)."""
    if not 0 < first <= second:
        raise ValueError(f"A tree of {first} does not come before one of {second}.")
    path: list[Range] = []
    start, count, wanted, whole = 0, second, first, True
    while wanted != count:
        left = split(count)
        if wanted <= left:
            path.append((start + left, count - left))
            count = left
        else:
            path.append((start, left))
            start, count, wanted, whole = start + left, count - left, wanted - left, False
    if not whole:
        path.append((start, count))
    return path[::-1]


def tiles(start: int, end: int) -> list[Range]:
    """The leaves from `start` up to `end` in the largest aligned complete subtrees, left first."""
    found: list[Range] = []
    while start < end:
        largest = 1 << ((end - start).bit_length() - 1)
        count = min(largest, start & -start) if start else largest
        found.append((start, count))
        start += count
    return found


def needed(ranges: Iterable[Range]) -> Iterator[Place]:
    """The kept nodes from which these ranges' hashes are computed."""
    for start, count in ranges:
        level = _kept_level(start, count)
        if level is not None:
            yield level, start >> level
        elif count:
            left = split(count)
            yield from needed([(start, left), (start + left, count - left)])


def range_hash(start: int, count: int, nodes: Mapping[Place, bytes]) -> bytes:
    """The hash of `count` leaves from `start` on. Raises KeyError for a node that is missing."""
    if not count:
        return EMPTY
    level = _kept_level(start, count)
    if level is not None:
        return nodes[level, start >> level]
    left = split(count)
    return node_hash(range_hash(start, left, nodes), range_hash(start + left, count - left, nodes))


def _kept_level(start: int, count: int) -> int | None:
    for level in LEVELS:
        if count == 1 << level and start % count == 0:
            return level
    return None
