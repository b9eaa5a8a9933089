"""
CSV: a header and one question a row, as spreadsheets write it (RFC 4180).

Columns are told by their names in any order: the question, its options (a column each, or one
with a JSON list), the answer (its text, or the letter or number of its column) and, if there is
one, the subject. Other columns are left alone. Cells are taken as they are: one that looks like
a formula is text here.
"""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from approvals.importing.reading import LARGEST_FILE, Source
from approvals.importing.rows import ParsedRow, Row, RowError, UnreadableFile

# The default of 128 KiB would break off inside a cell and lose the place in the file.
csv.field_size_limit(LARGEST_FILE)

_DELIMITERS = ",;\t|"
_NAMES = {
    "question_text": "question_text",
    "question": "question_text",
    "text": "question_text",
    "stem": "question_text",
    "options": "options",
    "choices": "options",
    "correct_answer": "correct_answer",
    "correct_option": "correct_answer",
    "correct": "correct_answer",
    "answer": "correct_answer",
    "key": "correct_answer",
    "subject": "subject",
    "category": "subject",
    "topic": "subject",
}
# A bare letter beyond H is more likely to be a column of something else (n, q, x).
_OPTION = re.compile(r"([a-h])|(?:option|choice|answer)(?:_([a-z])|_?([0-9]{1,2}))")
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where in a row each part of the question is."""

    width: int
    question_text: int
    correct_answer: int
    subject: int | None
    options: int | None
    # Column by the letter or number in its name, in the order of the names.
    option_columns: dict[str, int]


def parse(source: Source) -> Iterator[Row]:
    """Every row in order, blank ones left out. Raises UnreadableFile without a usable header."""
    lines = source.lines()
    header, skipped = _first_line(lines)
    delimiter, columns = _layout(header)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        start = skipped + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield RowError(start, "not_csv", _explained(error))
            continue
        if any(cells):
            yield _row(start, cells, columns)


def looks_right(line: str) -> bool:
    """Whether this line could be the header of such a file."""
    return any(_columns(_cells(line, delimiter)) for delimiter in _DELIMITERS)


def _first_line(lines: Iterator[str]) -> tuple[str, int]:
    """The header, and how many lines were read up to it."""
    for number, line in enumerate(lines, start=1):
        if line.strip() and not _SEPARATOR_LINE.fullmatch(line):
            return line, number
    raise UnreadableFile("empty_file", "The file is empty.")


def _layout(header: str) -> tuple[str, _Columns]:
    for delimiter in _DELIMITERS:
        if columns := _columns(_cells(header, delimiter)):
            return delimiter, columns
    raise UnreadableFile(
        "columns_not_found",
        "The first row does not name the columns: question, option_a, option_b, … (or options) "
        "and answer are needed.",
    )


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _columns(header: list[str]) -> _Columns | None:
    found: dict[str, int] = {}
    option_columns: dict[str, int] = {}
    for index, cell in enumerate(header):
        name = re.sub(r"[\s_-]+", "_", cell.strip().lower())
        option = _OPTION.fullmatch(name)
        if name in _NAMES:
            found.setdefault(_NAMES[name], index)
        elif option:
            option_columns.setdefault(option[option.lastindex or 0], index)
    if not {"question_text", "correct_answer"} <= found.keys():
        return None
    if "options" not in found and len(option_columns) < 2:
        return None
    ordered = sorted(option_columns.items(), key=lambda item: (len(item[0]), item[0]))
    return _Columns(
        width=len(header),
        question_text=found["question_text"],
        correct_answer=found["correct_answer"],
        subject=found.get("subject"),
        options=found.get("options"),
        option_columns={} if "options" in found else dict(ordered),
    )


def _row(line: int, cells: list[str], columns: _Columns) -> Row:
    if len(cells) < columns.width or any(cells[columns.width :]):
        return RowError(
            line, "ragged_row", f"The row has {len(cells)} cells, the header {columns.width}."
        )
    options = _options(cells, columns)
    if options is None:
        return RowError(line, "options_not_a_list", "The options are not a JSON list of texts.")
    return ParsedRow(
        line,
        cells[columns.question_text],
        tuple(options.values()),
        _answer(cells[columns.correct_answer], options),
        "" if columns.subject is None else cells[columns.subject],
    )


def _options(cells: list[str], columns: _Columns) -> dict[str, str] | None:
    """The options by letter or number, without the empty ones at the end."""
    if columns.options is None:
        options = {name: cells[index] for name, index in columns.option_columns.items()}
        while options and not next(reversed(options.values())).strip():
            options.popitem()
        return options
    try:
        listed = json.loads(cells[columns.options])
    except (ValueError, RecursionError):
        return None
    if not isinstance(listed, list) or not all(isinstance(text, str) for text in listed):
        return None
    return {chr(ord("a") + index): text for index, text in enumerate(listed)}


def _answer(cell: str, options: dict[str, str]) -> str:
    """The option itself if the cell has its text, else the one with this letter or number."""
    answer = cell.strip()
    if answer in (option.strip() for option in options.values()):
        return answer
    return options.get(answer.lower().removesuffix(".").removesuffix(")"), answer)


def _explained(error: csv.Error) -> str:
    if "unexpected end of data" in str(error):
        return "A quoted cell that begins in this row is never closed."
    return "A quote inside a quoted cell of this row is not doubled."
