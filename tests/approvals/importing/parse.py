"""Short ways to parse in the tests of this folder."""

import pytest

from approvals.importing.parsing import GoodRow, QuestionFile
from approvals.importing.rows import ParsedRow, RowError, UnreadableFile


def parsed(data, file_name="questions", **given):
    """The rows as the file has them, before the rules on content."""
    return list(QuestionFile(as_bytes(data), file_name, **given).rows())


def contents(data, file_name="questions", **given):
    """What would be taken in, when everything is good."""
    rows = list(QuestionFile(as_bytes(data), file_name, **given).checked())
    assert all(isinstance(row, GoodRow) for row in rows), rows
    return [row.content for row in rows]


def errors(data, file_name="questions", **given):
    """Line and code of every row refused."""
    rows = QuestionFile(as_bytes(data), file_name, **given).checked()
    return [(row.line, row.code) for row in rows if isinstance(row, RowError)]


def refusal(data, file_name="questions", **given):
    """Code and message of the refusal of the whole file."""
    with pytest.raises(UnreadableFile) as caught:
        list(QuestionFile(as_bytes(data), file_name, **given).checked())
    assert caught.value.field == "file"
    return caught.value.code, str(caught.value)


def as_bytes(data):
    return data.encode() if isinstance(data, str) else data


LISBON = ParsedRow(
    line=1,
    question_text="What is the capital of Portugal?",
    options=("Lisbon", "Porto"),
    correct_answer="Lisbon",
)
