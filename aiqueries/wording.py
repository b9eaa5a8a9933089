"""
How what was written by others travels: in a part of its own, between lines that nobody can guess.

    DATA 3f1c...
    {"customer":{"name":"Northwind College"}}
    END 3f1c...
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

PROMPT, DATA = "{prompt}", "{data}"
_PLACES = re.compile(r"\{(prompt|data)\}")
# Controls, invisible and unassigned characters, halves of characters, and line breaks of Unicode.
_UNSEEN = ("C", "Zl", "Zp")


def fill(template: str, *, prompt: str, data: str) -> str:
    """
    The template with these two in their places, in one pass.

    Everything else in it is literal, and so is all that is put in: no place is looked for there.
    """
    said = {"prompt": prompt, "data": data}
    return _PLACES.sub(lambda place: said[place.group(1)], template).strip()


def data_part(data: Mapping[str, Any], nonce: str) -> str:
    """The data as JSON in one line, between its delimiters; nothing where there is none."""
    return f"DATA {nonce}\n{one_line(data)}\nEND {nonce}" if data else ""


def one_line(data: Mapping[str, Any]) -> str:
    """
    JSON with every character escaped that is not seen, or breaks a line.

    What a person reads on the page and what a model reads are then the same text.
    """
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    if written.isascii() and written.isprintable():
        return written
    return "".join(_escaped(each) if _is_unseen(each) else each for each in written)


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character).startswith(_UNSEEN)


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1] if not character.isascii() else f"\\u{ord(character):04x}"
