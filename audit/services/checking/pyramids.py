"""Hash trees in memory: every complete subtree over a row of hashes, and any prefix's root."""

from collections.abc import Sequence

from audit.proof.merkle import EMPTY, node_hash

Pyramid = list[list[bytes]]


def pyramid(hashes: Sequence[bytes]) -> Pyramid:
    """Level by level, the hash of each complete subtree: level k has one for 2**k hashes."""
    levels = [list(hashes)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(*pair) for pair in zip(below[::2], below[1::2], strict=False)])
    return levels


def root(levels: Pyramid, count: int, right: bytes | None = None) -> bytes:
    """The root over the first `count` hashes, and over what stands to their right (RFC 9162)."""
    for level in range(count.bit_length()):
        if count >> level & 1:
            left = levels[level][(count >> level) - 1]
            right = left if right is None else node_hash(left, right)
    return EMPTY if right is None else right
