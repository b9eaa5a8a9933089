"""The tree over all leaves: the nodes that are kept, and every head that was ever signed."""

from collections.abc import Iterable, Mapping

from audit.services.checking.findings import Verification
from audit.services.checking.pyramids import Pyramid, pyramid, root
from audit.services.checking.stretches import BLOCK, Stretch

_LEVELS = (8, 16, 24)  # of the nodes that are kept


class Tree:
    """Every complete subtree of at least a block, and the rest that each seal ends in."""

    def __init__(self, before: list[bytes], stretches: Iterable[Stretch]) -> None:
        """`before` are the hashes of the blocks that stand before the first stretch."""
        blocks, self.tails = list(before), dict[int, bytes | None]()
        for stretch in stretches:
            blocks += stretch.blocks
            self.tails |= stretch.tails
        self.levels: Pyramid = pyramid(blocks)

    def root(self, size: int) -> bytes | None:
        """The root over so many entries; None for a size that the trail does not reach."""
        if size and size not in self.tails:
            return None
        return root(self.levels, size // BLOCK, self.tails.get(size))

    def nodes(self) -> dict[tuple[int, int], bytes]:
        """The nodes that should be kept, by level and index."""
        return {
            (level, index): node
            for level in _LEVELS
            if level - 8 < len(self.levels)
            for index, node in enumerate(self.levels[level - 8])
        }


def compare_nodes(tree: Tree, kept: Mapping[tuple[int, int], bytes], seen: Verification) -> None:
    """Say which kept nodes are not those of the leaves, which are missing, and which too many."""
    wanted = tree.nodes()
    for place in sorted(wanted.keys() | kept.keys()):
        level, index = place
        if kept.get(place) != wanted.get(place):
            end = (index + 1) << level
            said = "is missing" if place not in kept else "is not that of its leaves"
            seen.note("tree", f"Node {index} of level {level}, up to entry {end}, {said}.", end)
