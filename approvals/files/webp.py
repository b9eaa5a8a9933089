"""WebP, as RFC 9649 describes it."""

import struct
from collections.abc import Iterator

from approvals.files.reading import Picture, broken, ensure_bearable, few, take

_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_HAS_EXIF, _HAS_XMP = 0x08, 0x04


def is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def cleaned(data: bytes) -> Picture:
    """The picture alone. Raises InvalidFile for a damaged file and for one that goes on."""
    (length,) = struct.unpack("<I", take(data, 4, 4))
    if length + 8 < len(data):
        raise broken("something follows its end")
    kept, frames, sides, has_pixels = [], 0, [], False
    for kind, content in few(_chunks(take(data, 12, length - 4))):
        frames += kind == b"ANMF"
        has_pixels |= kind in (b"VP8 ", b"VP8L", b"ANMF")
        if (size := _size(kind, content)) is not None:
            sides.append(size)
        if kind == b"VP8X":
            content = bytes([content[0] & ~(_HAS_EXIF | _HAS_XMP)]) + content[1:]
        if kind in _KEPT:
            kept.append(_chunk(kind, content))
    if not has_pixels or not sides:
        raise broken("it has no pixels")
    width, height = max(w for w, _ in sides), max(h for _, h in sides)
    ensure_bearable(width, height, max(frames, 1))
    body = b"WEBP" + b"".join(kept)
    return Picture(b"RIFF" + struct.pack("<I", len(body)) + body, *sides[0])


def _chunks(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(body):
        kind, (length,) = take(body, at, 4), struct.unpack("<I", take(body, at + 4, 4))
        yield kind, take(body, at + 8, length)
        at += 8 + length + length % 2


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _size(kind: bytes, content: bytes) -> tuple[int, int] | None:
    """What a chunk says about the sides, where it says anything."""
    if kind == b"VP8X":
        return _three(take(content, 4, 3)) + 1, _three(take(content, 7, 3)) + 1
    if kind == b"ANMF":
        return _three(take(content, 6, 3)) + 1, _three(take(content, 9, 3)) + 1
    if kind == b"VP8L":
        if take(content, 0, 1) != b"\x2f":
            raise broken("its pixels are not in order")
        (bits,) = struct.unpack("<I", take(content, 1, 4))
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        if take(content, 3, 3) != b"\x9d\x01\x2a":
            raise broken("its pixels are not in order")
        width, height = struct.unpack("<HH", take(content, 6, 4))
        return width & 0x3FFF, height & 0x3FFF
    return None


def _three(number: bytes) -> int:
    return int.from_bytes(number, "little")
