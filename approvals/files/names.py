"""What a file is called, once a browser or program has said so."""

import re
import unicodedata

from approvals.files.reading import FileNameEmpty

LONGEST_NAME = 120  # characters
_PATH = re.compile(r"[/\\]")
_SPACE = re.compile(r"\s+")


def cleaned(name: str) -> str:
    """
    The last part of the path in Unicode NFC, without characters that cannot be seen.

    A long one is shortened before its ending. Raises InvalidFile where nothing is left.
    """
    last = _PATH.split(name[-4_000:])[-1]
    seen = "".join(
        " " if character.isspace() else character
        for character in last
        if character.isspace() or unicodedata.category(character)[0] != "C"
    )
    kept = _SPACE.sub(" ", unicodedata.normalize("NFC", seen)).strip(" .")
    if not kept:
        raise FileNameEmpty("The file has no name.")
    stem, dot, ending = kept.rpartition(".")
    if len(kept) <= LONGEST_NAME or not stem or len(ending) > 10:
        return kept[:LONGEST_NAME]
    return stem[: LONGEST_NAME - len(dot + ending)].rstrip() + dot + ending


def ending(name: str) -> str:
    """What stands behind the last dot, in lower case; empty where there is none."""
    _, dot, last = name.rpartition(".")
    return last.lower() if dot else ""
