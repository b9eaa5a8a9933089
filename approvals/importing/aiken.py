"""
Aiken: the question, options `A.` or `A)` one a line, then `ANSWER: A`.

https://docs.moodle.org/en/Aiken_format
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from approvals.importing.reading import Source
from approvals.importing.rows import (
    MOST_LINES,
    ParsedRow,
    Row,
    RowError,
    option_out_of_place,
    too_many_lines,
)

_OPTION = re.compile(r"([A-Z])[.)]\s+(.*)")
_ANSWER = re.compile(r"ANSWER:\s*([A-Za-z])[.)]?\s*")


@dataclass(slots=True)
class _Record:
    start: int
    text: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    error: RowError | None = None

    def add_option(self, number: int, letter: str, text: str) -> None:
        if ord(letter) - ord("A") != len(self.options):
            self.error = self.error or option_out_of_place(number, letter, len(self.options))
        if not self.error:
            self.options.append(text)

    def add_text(self, line: str) -> None:
        if len(self.text) < MOST_LINES:
            self.text.append(line)
        else:
            self.error = too_many_lines(self.start)

    def closed(self, letter: str) -> Row:
        if self.error:
            return self.error
        index = ord(letter.upper()) - ord("A")
        if index >= len(self.options):
            return RowError(
                self.start, "key_not_among_options", f"There is no option {letter.upper()}."
            )
        return ParsedRow(self.start, "\n".join(self.text), tuple(self.options), self.options[index])

    def unanswered(self) -> Row:
        return self.error or RowError(
            self.start, "key_missing", "The question has no ANSWER line after its options."
        )


def parse(source: Source) -> Iterator[Row]:
    """Every question in order; one without its ANSWER line is a RowError."""
    record: _Record | None = None
    for number, ended in enumerate(source.lines(), start=1):
        line = ended.rstrip()
        if answer := _ANSWER.fullmatch(line):
            yield (record or _Record(number)).closed(answer[1])
            record = None
            continue
        if record and record.options and line and not _OPTION.match(line):
            # Neither an option nor the answer: the next question has begun.
            yield record.unanswered()
            record = None
        if not line and not record:
            continue
        record = record or _Record(number)
        option = _OPTION.match(line) if record.text else None
        if option:
            record.add_option(number, option[1], option[2])
        elif not record.options:
            record.add_text(line)
    if record:
        yield record.unanswered()
