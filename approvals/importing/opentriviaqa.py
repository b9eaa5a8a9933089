"""
OpenTriviaQA: `#Q` question, `^` key, then options `A`, `B`, … one a line.

Questions run over several lines, blank ones and some that look like options among them, so
everything up to the key belongs to the question. https://github.com/uberspot/OpenTriviaQA
"""

import re
from collections.abc import Iterator

from approvals.importing.reading import Source
from approvals.importing.rows import (
    MOST_LINES,
    ParsedRow,
    Row,
    RowError,
    option_out_of_place,
    too_many_lines,
)

_OPTION = re.compile(r"([A-Z])(?:[ \t](.*))?")


def parse(source: Source) -> Iterator[Row]:
    """Every question in order; text before the first `#Q` is a RowError a line."""
    record: list[str] = []
    start = 0
    for number, line in enumerate(source.lines(), start=1):
        if line.startswith("#Q"):
            if start:
                yield _row(start, record)
            start, record = number, []
        elif not start:
            if line.strip():
                yield RowError(number, "not_understood", "This comes before the first question.")
            continue
        if len(record) <= MOST_LINES:
            record.append(line.rstrip("\r\n"))
    if start:
        yield _row(start, record)


def _row(start: int, record: list[str]) -> Row:
    if len(record) > MOST_LINES:
        return too_many_lines(start)
    key_at = next((at for at, line in enumerate(record) if line.startswith("^")), None)
    if key_at is None:
        return RowError(start, "key_missing", "The question has no line with its key (^).")
    question = "\n".join(record[:key_at]).removeprefix("#Q")
    key, options = [record[key_at][1:]], list[list[str]]()
    current = key
    for line in filter(str.strip, record[key_at + 1 :]):
        option = _OPTION.fullmatch(line)
        ahead = ord(option[1]) - ord("A") - len(options) if option else -1
        if option and ahead == 0:
            current = [option[2] or ""]
            options.append(current)
        elif option and ahead > 0:
            return option_out_of_place(start, option[1], len(options))
        else:
            current.append(line)
    return ParsedRow(start, question, tuple(map("\n".join, options)), "\n".join(key))
