"""The words the parsers share: formats, rows, and what is wrong with a row or a file."""

from dataclasses import dataclass
from string import ascii_uppercase

from django.db import models

from core.errors import Invalid


class Format(models.TextChoices):
    """The kinds of file that are understood."""

    OPENTRIVIAQA = "opentriviaqa", "OpenTriviaQA"
    CSV = "csv", "CSV"
    JSON = "json", "JSON"
    AIKEN = "aiken", "Aiken"
    GIFT = "gift", "GIFT"
    MOODLE_XML = "moodle-xml", "Moodle XML"


# A question has 20,000 characters at most. Beyond so many lines a parser need not remember more.
MOST_LINES = 20_000


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """
    One question as the file has it, not yet held against the rules of `approvals.content`.

    `line` is the line of the file it starts in, counted from 1.
    """

    line: int
    question_text: str
    options: tuple[str, ...]
    correct_answer: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class RowError:
    """
    A question that cannot be taken in: `code` for machines, `reason` as a sentence.

    `excerpt` is how the question begins, where that much could be read.
    """

    line: int
    code: str
    reason: str
    excerpt: str = ""


Row = ParsedRow | RowError


def too_many_lines(line: int) -> RowError:
    """For a question of more than MOST_LINES that starts in this line."""
    return RowError(line, "too_long", f"The question runs over more than {MOST_LINES:,} lines.")


def option_out_of_place(line: int, letter: str, options_before: int) -> RowError:
    """For an option that does not carry the next letter."""
    if options_before == len(ascii_uppercase):
        return RowError(line, "options_too_many", "There are more options than letters.")
    expected = ascii_uppercase[options_before]
    return RowError(line, "option_missing", f"Option {letter} comes where {expected} should.")


class UnreadableFile(Invalid):
    """The file as a whole cannot be read, so none of it is taken in. `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message, field="file")
        self.code = code
