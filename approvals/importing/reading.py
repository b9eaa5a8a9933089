"""From bytes to lines of text, whatever the encoding and the line ends."""

import codecs
import io
import re
from collections.abc import Iterator

from approvals.importing.rows import UnreadableFile

LARGEST_FILE = 20 * 1024 * 1024  # bytes

_ANYTHING = re.compile(rb"\S")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OTHER_KINDS = {
    b"PK\x03\x04": "a spreadsheet or ZIP file. Save the table as CSV first",
    b"%PDF-": "a PDF file",
    b"\xd0\xcf\x11\xe0": "an old Office file. Save the table as CSV first",
    b"\x1f\x8b": "a gzip file. Unpack it first",
}
# Well-formed sequences of two bytes or more; how many there are tells damaged UTF-8 from the rest.
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


class Source:
    """
    A file in memory, decoded line by line so that no second copy of it is ever made.

    UTF-8 unless a byte order mark says UTF-16. Old question files mix encodings, so a line that
    is not UTF-8 is taken for Windows-1252, or for damaged UTF-8 if it has more sound multi-byte
    characters than broken ones. After reading, `windows_lines` and `replaced_characters` say how
    often that was needed and how many characters were lost (each became U+FFFD).

    Raises UnreadableFile if the file is empty, too large or no text.
    """

    def __init__(self, data: bytes) -> None:
        _refuse_unreadable(data)
        self.data = data
        self.windows_lines = 0
        self.replaced_characters = 0

    @property
    def is_utf16(self) -> bool:
        return self.data.startswith(_UTF16)

    def lines(self) -> Iterator[str]:
        """Each line with its end as it stands: `\\n`, `\\r\\n` or `\\r`."""
        self.windows_lines = self.replaced_characters = 0
        return self._utf16_lines() if self.is_utf16 else self._byte_lines()

    def text(self) -> str:
        return "".join(self.lines())

    def head(self) -> str:
        """The first 64 KiB, enough to tell the format by."""
        encoding = "utf-16" if self.is_utf16 else "utf-8-sig"
        return self.data[: 64 * 1024].decode(encoding, errors="replace")

    def note(self) -> str:
        """What a person should know about the encoding, or an empty string."""
        notes = []
        if self.windows_lines:
            lines = _counted(self.windows_lines, "line")
            notes.append(f"{lines} not in UTF-8, read as Windows-1252.")
        if self.replaced_characters:
            characters = _counted(self.replaced_characters, "unreadable character")
            notes.append(f"{characters} replaced by \ufffd.")
        return " ".join(notes)

    def _utf16_lines(self) -> Iterator[str]:
        try:
            yield from io.TextIOWrapper(io.BytesIO(self.data), encoding="utf-16", newline="")
        except UnicodeDecodeError as error:
            raise UnreadableFile("not_text", "The file is not valid UTF-16 text.") from error

    def _byte_lines(self) -> Iterator[str]:
        stream = io.BytesIO(self.data)
        if self.data.startswith(codecs.BOM_UTF8):
            stream.seek(len(codecs.BOM_UTF8))
        for chunk in stream:
            for line in chunk.splitlines(keepends=True):
                yield self._decoded(line)

    def _decoded(self, line: bytes) -> str:
        try:
            return line.decode()
        except UnicodeDecodeError:
            pass
        damaged = line.decode(errors="replace")
        broken = damaged.count("\ufffd") - line.count("\ufffd".encode())
        # One by one: a list of them would take twenty times the line's own memory.
        if sum(1 for _ in _MULTIBYTE.finditer(line)) > broken:
            self.replaced_characters += broken
            return damaged
        windows = line.decode("cp1252", errors="replace")
        self.windows_lines += 1
        self.replaced_characters += windows.count("\ufffd")
        return windows


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _refuse_unreadable(data: bytes) -> None:
    if not _ANYTHING.search(data):
        raise UnreadableFile("empty_file", "The file is empty.")
    if len(data) > LARGEST_FILE:
        raise UnreadableFile(
            "file_too_large", f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB."
        )
    for start, kind in _OTHER_KINDS.items():
        if data.startswith(start):
            raise UnreadableFile("not_text", f"This is {kind}.")
    is_utf16 = data.startswith(_UTF16) and not data.startswith(codecs.BOM_UTF32_LE)
    if b"\x00" in data and not is_utf16:
        raise UnreadableFile(
            "contains_nul",
            f"Byte {data.index(0) + 1:,} of the file is NUL, so it is not text. "
            "If it is, save it as UTF-8.",
        )
