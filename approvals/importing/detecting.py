"""Which format a file is in, told by what is in it rather than by its name."""

import re
from pathlib import PurePath

from approvals.importing.comma_separated import looks_right
from approvals.importing.reading import Source
from approvals.importing.rows import Format, UnreadableFile

_MARKS = (
    (Format.MOODLE_XML, re.compile(r"\A\s*<")),
    (Format.JSON, re.compile(r"\A\s*\[\s*(?:[\[{\"\d\]]|\Z)|\A\s*\{\s*\"")),
    (Format.OPENTRIVIAQA, re.compile(r"^#Q(?: |\t|$)", re.MULTILINE)),
    (Format.AIKEN, re.compile(r"^ANSWER:[ \t]*[A-Za-z]\b", re.MULTILINE)),
)
_GIFT = re.compile(r"^\$CATEGORY:|^::|(?<!\\)\{", re.MULTILINE | re.IGNORECASE)
_EXTENSIONS = {
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".json": Format.JSON,
    ".gift": Format.GIFT,
    ".aiken": Format.AIKEN,
    ".xml": Format.MOODLE_XML,
}


def detect(source: Source, file_name: str) -> Format:
    """
    The format by the marks only it has, whatever the file is called; the name settles the rest.

    Raises UnreadableFile if neither tells.
    """
    head = source.head().replace("\r\n", "\n").replace("\r", "\n")
    for found, mark in _MARKS:
        if mark.search(head):
            return found
    if any(looks_right(line) for line in head.lstrip().split("\n", 2)[:2]):
        return Format.CSV
    if _GIFT.search(head):
        return Format.GIFT
    by_name = _EXTENSIONS.get(PurePath(file_name).suffix.lower())
    if by_name is None:
        raise UnreadableFile(
            "unknown_format", "Nothing in the file shows which format it is in. Choose one."
        )
    return by_name
