"""What every kind of file is read with, and how one is refused."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from core.errors import Invalid

MOST_PIXELS = 25_000_000  # of one picture: 100 MB once a browser has unpacked it
MOST_PIXELS_OF_ALL_FRAMES = 100_000_000
LONGEST_SIDE = 16_384  # pixels
MOST_PARTS = 20_000  # chunks, segments or blocks; real pictures have some hundreds

Part = TypeVar("Part")


class InvalidFile(Invalid):
    """The file cannot be attached."""

    code = "invalid_file"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="file")


class FileEmpty(InvalidFile):
    """The file has no content."""

    code = "file_empty"


class FileTooLarge(InvalidFile):
    """The file has more bytes than one may have."""

    code = "file_too_large"


class FileNameEmpty(InvalidFile):
    """The file has no name, or one that nobody could read."""

    code = "file_name_empty"


class FileNameMisleading(InvalidFile):
    """The name ends as those of another kind of file do."""

    code = "file_name_misleading"


class FileTypeUnknown(InvalidFile):
    """The file is of a kind that cannot be attached."""

    code = "file_type_unknown"


class FileTwoFaced(InvalidFile):
    """The file is of one kind and holds another: a page, a program or a document in a picture."""

    code = "file_two_faced"


class FileBroken(InvalidFile):
    """The file is damaged, cut off, or goes on behind its end."""

    code = "file_broken"


class PictureTooLarge(InvalidFile):
    """The picture has more pixels, frames or scans than a browser can bear."""

    code = "picture_too_large"


class DocumentActive(InvalidFile):
    """The document holds scripts, actions, files or encryption, not just pages."""

    code = "pdf_active"


class DocumentTooLarge(InvalidFile):
    """The document unpacks to more than can be looked through."""

    code = "pdf_too_large"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture without what does not belong to it; sides in pixels."""

    data: bytes
    width: int
    height: int


def broken(what: str) -> FileBroken:
    """The refusal of a file that is cut off or damaged."""
    return FileBroken(f"The file is damaged or incomplete: {what}.")


def take(data: bytes, at: int, count: int) -> bytes:
    """Exactly these bytes. Raises InvalidFile where the file ends before."""
    if count < 0 or at + count > len(data):
        raise broken("it ends too early")
    return data[at : at + count]


def few(parts: Iterable[Part]) -> Iterator[Part]:
    """The parts, one by one. Raises InvalidFile when there is no end of them."""
    for number, part in enumerate(parts):
        if number == MOST_PARTS:
            raise broken("it has too many parts")
        yield part


def ensure_bearable(width: int, height: int, frames: int = 1) -> None:
    """No more pixels than a browser can unpack. Judged by the header: nothing is decoded."""
    if not width or not height:
        raise broken("it has no size")
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        raise PictureTooLarge(
            f"The picture has {width:,} × {height:,} pixels; {MOST_PIXELS // 1_000_000} million "
            f"are allowed, and {LONGEST_SIDE:,} a side.",
        )
    if width * height * frames > MOST_PIXELS_OF_ALL_FRAMES:
        raise PictureTooLarge(
            f"The {frames:,} frames of the picture have more than "
            f"{MOST_PIXELS_OF_ALL_FRAMES // 1_000_000} million pixels together.",
        )
