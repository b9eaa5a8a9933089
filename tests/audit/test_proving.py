"""Proofs out of the database, over kept nodes of both levels."""

import random
from hashlib import sha256

import pytest

from audit.models import Batch, Node, Record
from audit.services import proving
from tests.audit import rfc9162

pytestmark = pytest.mark.django_db

SIZE = 700  # two complete blocks of 256, and a rest


@pytest.fixture
def leaves():
    """A tree of 700 leaves, kept as the sealer keeps one."""
    hashes = [sha256(f"leaf {index}".encode()).digest() for index in range(SIZE)]
    Record.objects.bulk_create(
        Record(sequence=index + 1, leaf=leaf, body="") for index, leaf in enumerate(hashes)
    )
    for index in (0, 1):
        block = hashes[index << 8 : (index + 1) << 8]
        Node.objects.create(level=8, index=index, hash=rfc9162.head(block))
    Batch.objects.create(size=SIZE, transaction_id=1, log_id=1)
    return hashes


def test_the_root_of_every_size_is_the_rfcs(leaves):
    sizes = random.Random(1).sample(range(1, SIZE), 12)

    for size in (*sizes, 255, 256, 257, 512, SIZE):
        assert proving.root(size) == rfc9162.head(leaves[:size])


def test_many_paths_come_at_once(leaves):
    sequences = [1, 2, 256, 257, 512, 513, 699, 700]

    paths = proving.inclusion(sequences, SIZE)

    assert paths == [rfc9162.path(sequence - 1, leaves) for sequence in sequences]


def test_a_path_in_an_earlier_tree_leaves_out_what_came_later(leaves):
    assert proving.inclusion([100], 300) == [rfc9162.path(99, leaves[:300])]


@pytest.mark.parametrize(("first", "second"), [(1, 700), (256, 512), (255, 699), (700, 700)])
def test_consistency_is_the_rfcs(leaves, first, second):
    assert proving.consistency(first, second) == rfc9162.proof(first, leaves[:second])


def test_tiles_stand_for_what_a_range_leaves_out(leaves):
    before, after = proving.tiles_before(300), proving.tiles_after(600, SIZE)

    # 0-255, 256-287, 288-295, 296-297, 298 | 600-607, 608-639, 640-671 …
    assert before[0] == rfc9162.head(leaves[:256])
    assert before[-1] == leaves[298]
    assert after[0] == rfc9162.head(leaves[600:608])
    assert after[-1] == rfc9162.head(leaves[696:700])


def test_nothing_stands_before_the_first_entry(leaves):
    assert proving.tiles_before(1) == []
    assert proving.tiles_after(SIZE, SIZE) == []


def test_one_question_reads_leaves_and_nodes(leaves, django_assert_num_queries):
    with django_assert_num_queries(2):
        proving.inclusion([5, 300, 650], SIZE)


def test_a_missing_hash_is_named(leaves):
    with pytest.raises(proving.TreeIncomplete, match="level 0, place 700"):
        proving.root(701)
