import random

import pytest

from audit.search import places


@pytest.mark.parametrize("count", [0, 1, 2, 127, 128, 129, 511, 5000, places.SIZE])
def test_places_are_read_as_they_were_written(count):
    chosen = sorted(random.Random(count).sample(range(places.SIZE), count))

    kept = places.written(chosen)

    bits = places.read(memoryview(kept))
    assert bits.bit_count() == count
    assert list(places.sequences(bits, 3, newest_first=False)) == [
        places.first_of(3) + place for place in chosen
    ]
    assert list(places.sequences(bits, 3)) == [
        places.first_of(3) + place for place in reversed(chosen)
    ]
    assert len(kept) <= 1024


def test_the_ends_of_a_segment():
    assert places.segment_of(1) == places.segment_of(places.SIZE) == 0
    assert places.segment_of(places.SIZE + 1) == 1
    assert places.of([places.SIZE + 1, places.SIZE * 2]) == 1 | 1 << (places.SIZE - 1)
