"""GIF, as CompuServe's GIF89a specification describes it."""

import struct
from collections.abc import Iterator

from approvals.files.reading import Picture, broken, ensure_bearable, few, take

SIGNATURES = (b"GIF87a", b"GIF89a")
_IMAGE, _EXTENSION, _END = b"\x2c", b"\x21", b"\x3b"
_GRAPHIC_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def cleaned(data: bytes) -> Picture:
    """The picture alone. Raises InvalidFile for a damaged file and for one that goes on."""
    width, height, flags = struct.unpack("<HHB", take(data, 6, 5))
    at = 13 + _table(flags)
    kept, frames, sides = [take(data, 0, at)], 0, [(width, height)]
    for kind, begin, end in few(_blocks(data, at)):
        if kind == _IMAGE:
            frames += 1
            sides.append(struct.unpack("<HH", take(data, begin + 5, 4)))
        if kind == _IMAGE or _belongs(data, begin):
            kept.append(data[begin:end])
        at = end
    if not frames:
        raise broken("it has no pixels")
    if take(data, at, 1) != _END or at + 1 != len(data):
        raise broken("something follows its end")
    ensure_bearable(max(w for w, _ in sides), max(h for _, h in sides), frames)
    return Picture(b"".join([*kept, _END]), width, height)


def _blocks(data: bytes, at: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, begin and end of each image and extension up to the end's mark."""
    while (kind := take(data, at, 1)) != _END:
        if kind == _IMAGE:
            (flags,) = take(data, at + 9, 1)
            end = _after_sub_blocks(data, at + 11 + _table(flags))
        elif kind == _EXTENSION:
            end = _after_sub_blocks(data, at + 2)
        else:
            raise broken("it is not in order")
        yield kind, at, end
        at = end


def _table(flags: int) -> int:
    """How many bytes the table of colours takes, if there is one."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_sub_blocks(data: bytes, at: int) -> int:
    """Where the blocks end that begin here. There may be millions: no call for each."""
    try:
        while length := data[at]:
            at += 1 + length
    except IndexError:
        raise broken("it ends too early") from None
    return at + 1


def _belongs(data: bytes, begin: int) -> bool:
    """Extensions that time and loop the frames; comments, plain text and XMP do not count."""
    label = data[begin + 1]
    if label == _APPLICATION:
        return data[begin + 3 : begin + 14] in _LOOPS
    return label == _GRAPHIC_CONTROL
