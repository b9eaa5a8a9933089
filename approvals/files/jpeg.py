"""JPEG, as ITU-T T.81 describes it, with the one part of EXIF that turns the picture upright."""

import re
import struct
from collections.abc import Iterator

from approvals.files.reading import Picture, PictureTooLarge, broken, ensure_bearable, few, take

START = b"\xff\xd8"
MOST_SCANS = 100  # a progressive picture has about ten; thousands keep a browser busy for minutes
_END, _SCAN, _EXIF = 0xD9, 0xDA, 0xE1
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_APPLICATION, _COMMENT = range(0xE0, 0xF0), 0xFE
# JFIF, colour profile, Adobe's colour transform: they decide what it looks like.
_KEPT_APPLICATION = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
# A scan goes on over stuffed zeros and restart marks until any other mark.
_NEXT_MARK = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)
_EXIF_HEAD = b"Exif\0\0"


def cleaned(data: bytes) -> Picture:
    """
    The picture alone, turned as the camera said. What cameras add behind its end is left out too.

    Raises InvalidFile for a damaged file.
    """
    kept, turned, size, scans = [START], 1, (0, 0), 0
    for mark, content, whole in few(_segments(data)):
        scans += mark == _SCAN
        if mark in _FRAMES:
            height, width = struct.unpack(">HH", take(content, 1, 4))
            if size not in ((0, 0), (width, height)):
                raise broken("it has two sizes")
            size = (width, height)
        if mark == _EXIF:
            turned = _orientation(content) or turned
        if _belongs(mark, content):
            kept.append(whole)
    if not scans:
        raise broken("it has no pixels")
    if scans > MOST_SCANS:
        raise PictureTooLarge(f"The picture has more than {MOST_SCANS} scans.")
    ensure_bearable(*size)
    if turned != 1:
        kept.insert(1, _exif(turned))
    return Picture(b"".join([*kept, b"\xff\xd9"]), *(size if turned < 5 else size[::-1]))


def _belongs(mark: int, content: bytes) -> bool:
    if mark in _APPLICATION:
        return mark in _KEPT_APPLICATION and content.startswith(_KEPT_APPLICATION[mark])
    return mark != _COMMENT


def _segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Mark, content and whole (with the pixels of a scan) of each segment up to the end."""
    at = len(START)
    while True:
        while take(data, at, 2) == b"\xff\xff":  # fill bytes
            at += 1
        first, mark = take(data, at, 2)
        if first != 0xFF or mark < 0xC0 or 0xD0 <= mark <= 0xD8:
            raise broken("it is not in order")
        if mark == _END:
            return
        (length,) = struct.unpack(">H", take(data, at + 2, 2))
        end = at + 2 + length
        content = take(data, at + 4, length - 2)
        if mark == _SCAN:
            found = _NEXT_MARK.search(data, end)
            if found is None:
                raise broken("it ends too early")
            end = found.start()
        yield mark, content, data[at:end]
        at = end


def _orientation(content: bytes) -> int:
    """EXIF's orientation, 1 to 8, or 0 where there is none that can be read."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(content[6:10])
    if not content.startswith(_EXIF_HEAD) or order is None or len(content) < 16:
        return 0
    tiff = content[6:]
    (at,) = struct.unpack(order + "I", tiff[4:8])
    (count,) = struct.unpack(order + "H", tiff[at : at + 2]) if at + 2 <= len(tiff) else (0,)
    for entry in range(at + 2, min(at + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, number, value = struct.unpack(order + "HHIH", tiff[entry : entry + 10])
        if (tag, kind, number) == (0x0112, 3, 1) and 1 <= value <= 8:
            return int(value)
    return 0


def _exif(orientation: int) -> bytes:
    """A segment that says how the picture is turned, and nothing else."""
    tiff = struct.pack(">4sIHHHIHHI", b"MM\0*", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    content = _EXIF_HEAD + tiff
    return struct.pack(">BBH", 0xFF, _EXIF, len(content) + 2) + content
