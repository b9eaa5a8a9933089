"""JSON: a list of objects in the shape the API takes, read one object at a time."""

import json
import re
from collections.abc import Iterator
from typing import Any

from approvals.importing.reading import Source
from approvals.importing.rows import ParsedRow, Row, RowError, UnreadableFile

_SPACE = re.compile(r"[ \t\r\n]*")
_NAMES = {
    "question_text": ("question_text", "question"),
    "correct_answer": ("correct_answer", "answer"),
    "subject": ("subject",),
}


def parse(source: Source) -> Iterator[Row]:
    """Every entry in order. Raises UnreadableFile where the JSON breaks, maybe after some rows."""
    text = source.text()
    at = _after_space(text, 0)
    if text[at : at + 1] != "[":
        raise UnreadableFile("not_json", "The file is not a JSON list of questions.")
    at = _after_space(text, at + 1)
    if text[at : at + 1] == "]":
        _refuse_trailing(text, at + 1)
        return
    line, counted = 1, 0
    while True:
        line, counted = line + text.count("\n", counted, at), at
        value, at = _value(text, at)
        yield _row(line, value)
        at = _after_space(text, at)
        separator = text[at : at + 1]
        at = _after_space(text, at + 1)
        if separator == "]":
            break
        if separator != ",":
            raise _not_json(text, at, "a comma or ] is missing")
    _refuse_trailing(text, at)


def _value(text: str, at: int) -> tuple[Any, int]:
    try:
        return json.JSONDecoder().raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise _not_json(text, error.pos, error.msg) from error
    except RecursionError as error:
        raise _not_json(text, at, "nested too deeply") from error
    except ValueError as error:  # a number of more digits than Python reads
        raise _not_json(text, at, "a number is too long") from error


def _row(line: int, value: Any) -> Row:
    if not isinstance(value, dict):
        return RowError(line, "not_an_object", "This entry of the list is not an object.")
    fields = {}
    for field, names in _NAMES.items():
        given = next((value[name] for name in names if name in value), None)
        if given is None:
            given = ""
        if not isinstance(given, str):
            return RowError(line, "not_text", f"{field} is not text.")
        fields[field] = given
    options = value.get("options")
    if not isinstance(options, list):
        return RowError(line, "options_not_a_list", "options is not a list of texts.")
    if not all(isinstance(option, str) for option in options):
        return RowError(line, "not_text", "An option is not text.")
    return ParsedRow(line=line, options=tuple(options), **fields)


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _refuse_trailing(text: str, at: int) -> None:
    if _after_space(text, at) != len(text):
        raise _not_json(text, at, "there is more after the list")


def _not_json(text: str, at: int, reason: str) -> UnreadableFile:
    line = text.count("\n", 0, at) + 1
    return UnreadableFile("not_json", f"Line {line} is not valid JSON: {reason}.")
