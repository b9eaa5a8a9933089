"""The tree against RFC 9162 written down word for word, and against known values."""

import random
from hashlib import sha256

import pytest

from audit.proof import merkle
from tests.audit import rfc9162

# The eight leaves of Certificate Transparency's own tests, and the root after each.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def made(count):
    return [sha256(f"leaf {index}".encode()).digest() for index in range(count)]


def kept(leaves):
    """The nodes that are kept of these leaves, each by the RFC's own words."""
    nodes = {(0, index): leaf for index, leaf in enumerate(leaves)}
    for index in range(len(leaves) >> 8):
        nodes[8, index] = rfc9162.head(leaves[index << 8 : (index + 1) << 8])
    return nodes


def hashes(ranges, nodes):
    needed = {place: nodes[place] for place in merkle.needed(ranges)}
    return [merkle.range_hash(*each, needed) for each in ranges]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size):
    nodes = kept([merkle.leaf_hash(leaf) for leaf in LEAVES[:size]])

    assert merkle.range_hash(0, size, nodes).hex() == ROOTS[size - 1]


def test_an_empty_tree_has_the_hash_of_nothing():
    assert merkle.range_hash(0, 0, {}) == sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 40))
def test_every_path_of_a_small_tree_is_the_rfcs(size):
    leaves = made(size)
    nodes = kept(leaves)

    for index in range(size):
        assert hashes(merkle.inclusion(index, size), nodes) == rfc9162.path(index, leaves)


@pytest.mark.parametrize("size", range(1, 40))
def test_every_consistency_proof_of_a_small_tree_is_the_rfcs(size):
    leaves = made(size)
    nodes = kept(leaves)

    for first in range(1, size + 1):
        assert hashes(merkle.consistency(first, size), nodes) == rfc9162.proof(first, leaves)


@pytest.mark.parametrize("seed", range(20))
def test_proofs_of_larger_trees_are_the_rfcs(seed):
    chance = random.Random(seed)
    size = chance.randrange(257, 2000)
    leaves = made(size)
    nodes = kept(leaves)
    index, first = chance.randrange(size), chance.randrange(1, size)

    assert hashes([(0, size)], nodes) == [rfc9162.head(leaves)]
    assert hashes(merkle.inclusion(index, size), nodes) == rfc9162.path(index, leaves)
    assert hashes(merkle.consistency(first, size), nodes) == rfc9162.proof(first, leaves)


@pytest.mark.parametrize("seed", range(50))
def test_tiles_cover_every_leaf_once_in_aligned_subtrees(seed):
    chance = random.Random(seed)
    start = chance.randrange(0, 1 << 20)
    end = start + chance.randrange(0, 1 << 20)

    tiles = merkle.tiles(start, end)

    assert sum(count for _, count in tiles) == end - start
    assert [place for place, _ in tiles] == [
        start + sum(count for _, count in tiles[:number]) for number in range(len(tiles))
    ]
    assert all(count & (count - 1) == 0 and place % count == 0 for place, count in tiles)
    assert len(tiles) <= 42


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_a_leaf_that_is_not_there_has_no_path(index, size):
    with pytest.raises(ValueError, match="There is no leaf"):
        merkle.inclusion(index, size)


@pytest.mark.parametrize(("first", "second"), [(0, 3), (4, 3), (-1, 3)])
def test_a_tree_does_not_grow_out_of_a_larger_or_empty_one(first, second):
    with pytest.raises(ValueError, match="does not come before"):
        merkle.consistency(first, second)
