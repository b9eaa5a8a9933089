"""What the offline provider says: made from the data part alone, the same each time."""

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from aiqueries.bridges.providers.offline.notes import notes

NOTES_WANTED = re.compile(r"^Answer format: review-notes\b", re.MULTILINE)
DELIMITED = re.compile(r"^DATA (\S+)\n(.*)\nEND \1$", re.MULTILINE)
MOST_FIELDS = 8
LONGEST_VALUE = 120  # characters
_OPENINGS = (
    "Here is what the data says.",
    "From the data that came with your question:",
    "This is all there is to go by:",
)
_DISCLAIMER = "I am the offline provider: I repeat what I was given, and know nothing else."


def text(instructions: str, content: str, *, seed: str) -> str:
    """The answer to this: notes on a question where such are asked for, else a short summary."""
    digest = sha256(f"{seed}{instructions}\n{content}".encode(errors="replace")).digest()
    data = data_part(content)
    if NOTES_WANTED.search(instructions):
        found = notes(_question(data), digest)
        return json.dumps({"notes": found}, ensure_ascii=False)
    return _summary(data, digest)


def data_part(content: str) -> Mapping[str, Any]:
    """The JSON object between the delimiters, or the largest one; nothing if there is none."""
    delimited = DELIMITED.search(content)
    found = sorted(_objects(delimited[2] if delimited else content), key=lambda each: each[0])
    return found[-1][1] if found else {}


def _objects(content: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each outermost object, with the characters it takes."""
    decoder = json.JSONDecoder()
    at, tries = content.find("{"), 0
    while at >= 0 and tries < 100:
        tries += 1
        try:
            value, end = decoder.raw_decode(content, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            if isinstance(value, dict):
                yield end - at, value
        at = content.find("{", end)


def _question(data: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = data.get("question")
    return inner if isinstance(inner, dict) else data


def _summary(data: Mapping[str, Any], digest: bytes) -> str:
    facts = [f"{name}: {value}" for name, value in _facts(data)][:MOST_FIELDS]
    if not facts:
        return f"No data came with your question, so there is nothing I could say. {_DISCLAIMER}"
    opening = _OPENINGS[digest[0] % len(_OPENINGS)]
    return "\n".join([opening, *(f"- {fact}" for fact in facts), _DISCLAIMER])


def _facts(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Fields that say something, in words; one level down, too, as in {"customer": {…}}."""
    for name, value in data.items():
        if isinstance(value, dict):
            yield from ((inner, short) for inner, short in _facts(value))
        elif value not in (None, "", []):
            said = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            yield name.replace("_", " "), said[:LONGEST_VALUE]
