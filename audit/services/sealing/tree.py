"""The hashes of complete subtrees, kept as the tree grows."""

from django.db import connection

from audit.models import Node
from audit.proof import merkle

_LEAVES = """
SELECT leaf FROM audit_record WHERE sequence > %s AND sequence <= %s ORDER BY sequence
"""
_NODES = """
SELECT hash FROM audit_node WHERE level = {level} AND index >= %s AND index < %s ORDER BY index
"""
# Each level with what it is made of: 256 of the level below.
_LEVELS = ((8, 0, _LEAVES), (16, 8, _NODES.format(level=8)), (24, 16, _NODES.format(level=16)))


def keep_nodes(before: int, after: int) -> None:
    """Keep the hash of every subtree that became complete, the lowest level first."""
    for level, below, read in _LEVELS:
        first, end = before >> level, after >> level
        if first == end:
            return
        hashes = _read(read, first << (level - below), end << (level - below))
        Node.objects.bulk_create(
            Node(level=level, index=first + place, hash=_top(hashes[start : start + 256]))
            for place, start in enumerate(range(0, len(hashes), 256))
        )


def _read(statement: str, first: int, end: int) -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [first, end])
        return [bytes(row[0]) for row in cursor.fetchall()]


def _top(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [merkle.node_hash(*pair) for pair in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]
