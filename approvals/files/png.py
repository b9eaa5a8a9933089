"""PNG, as the W3C recommendation of 2003 (with APNG of 2025) describes it."""

import struct
import zlib
from collections.abc import Iterator

from approvals.files.reading import Picture, broken, ensure_bearable, few, take

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# What the picture looks like. Texts, times, places (eXIf) and what nobody knows are left out.
_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP"),
    *(b"sBIT", b"pHYs", b"bKGD", b"acTL", b"fcTL", b"fdAT"),
}


def cleaned(data: bytes) -> Picture:
    """The picture alone. Raises InvalidFile for a damaged file and for one that goes on."""
    kept, frames, width, height, has_pixels = [SIGNATURE], 1, 0, 0, False
    for kind, content, whole in few(_chunks(data)):
        if len(kept) == 1:
            if kind != b"IHDR" or len(content) != 13:
                raise broken("it does not begin with its size")
            width, height = struct.unpack(">II", content[:8])
        elif kind == b"IHDR":
            raise broken("it has two headers")
        has_pixels |= kind == b"IDAT"
        frames += kind == b"fcTL"
        if kind in _KEPT:
            kept.append(whole)
    if not has_pixels:
        raise broken("it has no pixels")
    ensure_bearable(width, height, frames)
    return Picture(b"".join(kept), width, height)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Kind, content and whole of each chunk up to the last one, which must end the file."""
    at = len(SIGNATURE)
    while True:
        (length,) = struct.unpack(">I", take(data, at, 4))
        kind, content = take(data, at + 4, 4), take(data, at + 8, length)
        (checksum,) = struct.unpack(">I", take(data, at + 8 + length, 4))
        if zlib.crc32(kind + content) != checksum:
            raise broken("a checksum is wrong")
        yield kind, content, data[at : at + 12 + length]
        at += 12 + length
        if kind == b"IEND":
            break
    if at != len(data):
        raise broken("something follows its end")
