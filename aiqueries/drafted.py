"""
What a model drafted about a question: read strictly, and kept only where it quotes the question.

Models wrap JSON in fences and pleasantries, make up quotes, and repeat themselves. What does not
hold is dropped without a word more: it was evidence for nothing.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiqueries.kinds import NoteKind

MOST_NOTES = 12  # kept of one draft
LONGEST_QUOTE = 500  # characters
LONGEST_SAYS = 600
MOST_STARTS = 200  # places at which JSON is looked for
QUESTION_TEXT = "question_text"

# What joins letters in many scripts, and pictures, is not seen and does its work.
_JOINERS = "\u200c\u200d"
_WHITE_SPACE = re.compile(r"\s+")
_BY_NAME = {kind.value: kind for kind in NoteKind}


@dataclass(frozen=True, kw_only=True)
class Noted:
    """One note that holds: `quote` is the characters start to end of the part."""

    kind: NoteKind
    part: str
    start: int
    end: int
    quote: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Read:
    """
    What came of an answer. `offered` counts what the model wrote, whatever it was worth.

    `is_readable` is False where there were no notes to be found in it, not even none.
    """

    offered: int = 0
    notes: list[Noted] = field(default_factory=list)
    is_readable: bool = True


def read_notes(answer: str, *, question_text: str, options: Sequence[str]) -> Read:
    """The notes in this answer that quote this question, MOST_NOTES at the most."""
    offered = _offered(answer)
    if offered is None:
        return Read(is_readable=False)
    parts = {QUESTION_TEXT: question_text}
    parts |= {f"options[{number}]": option for number, option in enumerate(options)}
    kept: dict[tuple[NoteKind, str, int, int], Noted] = {}
    for each in offered:
        if (note := _noted(each, parts)) and len(kept) < MOST_NOTES:
            kept.setdefault((note.kind, note.part, note.start, note.end), note)
    return Read(offered=len(offered), notes=list(kept.values()))


def _offered(answer: str) -> list[Any] | None:
    """The list that the first object with `notes` has, wherever it begins in the answer."""
    return next(
        (found["notes"] for found in _objects(answer) if isinstance(found.get("notes"), list)), None
    )


def _objects(text: str) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder()
    at = text.find("{")
    for _ in range(MOST_STARTS):
        if at < 0:
            return
        try:
            value, _end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            yield value
        at = text.find("{", at + 1)


def _noted(given: Any, parts: Mapping[str, str]) -> Noted | None:
    if not isinstance(given, dict):
        return None
    kind = _BY_NAME.get(_text(given, "kind").upper())
    quote, says = _text(given, "quote"), _on_one_line(_text(given, "says"))
    if kind is None or not 0 < len(quote) <= LONGEST_QUOTE or not 0 < len(says) <= LONGEST_SAYS:
        return None
    for part in dict.fromkeys([_text(given, "part"), *parts]):
        start = _found(quote, parts.get(part, ""))
        if start >= 0:
            end = start + len(quote)
            return Noted(kind=kind, part=part, start=start, end=end, quote=quote, says=says)
    return None


def _text(given: Mapping[str, Any], name: str) -> str:
    """In the form in which questions are kept; nothing where it is no text."""
    value = given.get(name)
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else ""


def _on_one_line(text: str) -> str:
    """Without what a database cannot keep and nobody can see, line breaks among it."""
    seen = (each if _is_seen(each) else " " for each in text)
    return _WHITE_SPACE.sub(" ", "".join(seen)).strip(f" {_JOINERS}")


def _is_seen(character: str) -> bool:
    return character in _JOINERS or not unicodedata.category(character).startswith("C")


def _found(quote: str, text: str) -> int:
    """Where it stands, letter by letter: as words of its own if it does so anywhere. Else -1."""
    words = re.search(rf"(?<!\w){re.escape(quote)}(?!\w)", text)
    return words.start() if words else text.find(quote)
