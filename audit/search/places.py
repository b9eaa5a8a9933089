"""At which places of a segment something is: as an integer, one bit a place."""

from array import array
from collections.abc import Iterable, Iterator
from sys import byteorder

SHIFT = 13
SIZE = 1 << SHIFT  # entries of a segment
_BYTES = SIZE // 8
EVERYWHERE = (1 << SIZE) - 1
# Up to here a list of two bytes a place is quick to read and smaller than the bitmap.
_LISTED = 128


def segment_of(sequence: int) -> int:
    return (sequence - 1) >> SHIFT


def first_of(segment: int) -> int:
    """The sequence of a segment's first entry."""
    return (segment << SHIFT) + 1


def bit_of(sequence: int) -> int:
    return 1 << ((sequence - 1) & (SIZE - 1))


def of(sequences: Iterable[int]) -> int:
    """The places of entries that are all of one segment."""
    kept = bytearray(_BYTES)
    for sequence in sequences:
        place = (sequence - 1) & (SIZE - 1)
        kept[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(kept, "little")


def written(places: list[int]) -> bytes:
    """Places as they are kept: numbers of two bytes, lowest byte first, or a bitmap."""
    if len(places) <= _LISTED:
        listed = array("H", places)
        if byteorder == "big":
            listed.byteswap()
        return listed.tobytes()
    kept = bytearray(_BYTES)
    for place in places:
        kept[place >> 3] |= 1 << (place & 7)
    return bytes(kept)


def read(kept: bytes | memoryview) -> int:
    """What `written` wrote."""
    if len(kept) == _BYTES:
        return int.from_bytes(kept, "little")
    listed = array("H", bytes(kept))
    if byteorder == "big":
        listed.byteswap()
    bitmap = bytearray(_BYTES)
    for place in listed:
        bitmap[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bitmap, "little")


def sequences(bits: int, segment: int, *, newest_first: bool = True) -> Iterator[int]:
    """The entries at these places, one after the other."""
    first = first_of(segment)
    kept = bits.to_bytes(_BYTES, "little")
    # Whole bytes of nothing are passed over at the speed of the library.
    at = len(kept.rstrip(b"\0")) - 1 if newest_first else _from(kept, 0)
    while 0 <= at < _BYTES:
        for bit in _BITS[kept[at]] if newest_first else reversed(_BITS[kept[at]]):
            yield first + (at << 3) + bit
        at = len(kept[:at].rstrip(b"\0")) - 1 if newest_first else _from(kept, at + 1)


def _from(kept: bytes, at: int) -> int:
    """Where the next byte is that is not nothing."""
    return _BYTES - len(kept[at:].lstrip(b"\0"))


# The places in every byte, the last first.
_BITS = [[bit for bit in range(7, -1, -1) if byte >> bit & 1] for byte in range(256)]
