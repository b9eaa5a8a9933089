"""
Whether a file can be attached. Judged by its bytes: what the sender calls it counts for nothing.

Pictures are kept without what cameras and programs add to them (places, people, devices,
comments, previews); their pixels stay bit by bit as they were.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from approvals.files import gif, jpeg, names, pdf, png, webp
from approvals.files.reading import (
    FileEmpty,
    FileNameMisleading,
    FileTooLarge,
    FileTwoFaced,
    FileTypeUnknown,
    Picture,
)

LARGEST_FILE = 5 * 1024 * 1024  # bytes

# What a browser could take for a page. Too long to come about by chance in 5 MB of pixels.
_MARKUP = re.compile(rb"<(script|!doctype|html|iframe|\?php)", re.IGNORECASE)
_PDF_LOOKED_FOR = 1024  # bytes: readers of PDF accept its mark this far into a file


class MediaType(StrEnum):
    """The kinds of files that can be attached."""

    PNG = "image/png"
    JPEG = "image/jpeg"
    GIF = "image/gif"
    WEBP = "image/webp"
    PDF = "application/pdf"


ENDINGS: dict[MediaType, tuple[str, ...]] = {
    MediaType.PNG: ("png",),
    MediaType.JPEG: ("jpg", "jpeg"),
    MediaType.GIF: ("gif",),
    MediaType.WEBP: ("webp",),
    MediaType.PDF: ("pdf",),
}
_CLEANING: dict[MediaType, Callable[[bytes], Picture]] = {
    MediaType.PNG: png.cleaned,
    MediaType.JPEG: jpeg.cleaned,
    MediaType.GIF: gif.cleaned,
    MediaType.WEBP: webp.cleaned,
}


@dataclass(frozen=True, slots=True)
class Scanned:
    """A file that can be attached, as it is kept. Sides in pixels, 0 for a document."""

    name: str
    media_type: MediaType
    data: bytes
    width: int = 0
    height: int = 0


def scan(data: bytes, name: str) -> Scanned:
    """The file as it is kept. Raises InvalidFile for the first rule that it breaks."""
    kept_name = names.cleaned(name)
    _ensure_size(data)
    kind = _kind(data)
    if names.ending(kept_name) not in ENDINGS[kind]:
        raise FileNameMisleading(
            f"The content is {kind.name}, but the name does not end in .{ENDINGS[kind][0]}.",
        )
    _refuse_two_faces(data, kind)
    if kind == MediaType.PDF:
        pdf.ensure_harmless(data)
        return Scanned(kept_name, kind, data)
    picture = _CLEANING[kind](data)
    return Scanned(kept_name, kind, picture.data, picture.width, picture.height)


def _ensure_size(data: bytes) -> None:
    if not data:
        raise FileEmpty("The file is empty.")
    if len(data) > LARGEST_FILE:
        raise FileTooLarge(
            f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB.",
        )


def _kind(data: bytes) -> MediaType:
    if data.startswith(png.SIGNATURE):
        return MediaType.PNG
    if data.startswith(jpeg.START + b"\xff"):
        return MediaType.JPEG
    if data.startswith(gif.SIGNATURES):
        return MediaType.GIF
    if webp.is_webp(data):
        return MediaType.WEBP
    if data.startswith(pdf.START):
        return MediaType.PDF
    raise FileTypeUnknown(
        "Only PNG, JPEG, GIF and WebP pictures and PDF documents can be attached.",
    )


def _refuse_two_faces(data: bytes, kind: MediaType) -> None:
    """A file that is one thing to us and another to some program that opens it."""
    is_pdf = kind == MediaType.PDF
    looked_at = data[:_PDF_LOOKED_FOR] if is_pdf else data
    if _MARKUP.search(looked_at) or (not is_pdf and pdf.START in data[:_PDF_LOOKED_FOR]):
        raise FileTwoFaced("The file holds something else besides.")
