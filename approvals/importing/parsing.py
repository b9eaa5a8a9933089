"""The one way in: bytes and a file name to checked questions and reasons."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from approvals.content import InvalidContent, QuestionContent
from approvals.importing import aiken, comma_separated, gift, json_list, moodle_xml, opentriviaqa
from approvals.importing.detecting import detect
from approvals.importing.reading import Source
from approvals.importing.rows import Format, ParsedRow, Row, RowError

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_PARSERS: dict[Format, Callable[[Source], Iterator[Row]]] = {
    Format.OPENTRIVIAQA: opentriviaqa.parse,
    Format.CSV: comma_separated.parse,
    Format.JSON: json_list.parse,
    Format.AIKEN: aiken.parse,
    Format.GIFT: gift.parse,
    Format.MOODLE_XML: moodle_xml.parse,
}


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A question that keeps every rule, and the line it starts in."""

    line: int
    content: QuestionContent


class QuestionFile:
    """
    A file of questions. Making one raises UnreadableFile if it is no text or of no known format.

    `subject` is for questions that have none of their own. OpenTriviaQA keeps a file a subject,
    so there the file's name stands in.
    """

    def __init__(
        self, data: bytes, file_name: str, *, file_format: str = "", subject: str = ""
    ) -> None:
        self._source = Source(data)
        self.format = Format(file_format) if file_format else detect(self._source, file_name)
        self._subject = subject
        if not subject and self.format == Format.OPENTRIVIAQA:
            self._subject = _subject_in(file_name)

    def rows(self) -> Iterator[Row]:
        """Every question as the file has it, in its order. May raise UnreadableFile on the way."""
        return _PARSERS[self.format](self._source)

    def checked(self) -> Iterator[GoodRow | RowError]:
        """Every question held against the rules of `approvals.content`."""
        for row in self.rows():
            yield self._checked(row) if isinstance(row, ParsedRow) else row

    def note(self) -> str:
        """What a person should know about the encoding, once the rows are read."""
        return self._source.note()

    def _checked(self, row: ParsedRow) -> GoodRow | RowError:
        try:
            content = QuestionContent.checked(
                question_text=row.question_text,
                options=row.options,
                correct_answer=row.correct_answer,
                subject=row.subject.strip() or self._subject,
            )
        except InvalidContent as refused:
            return RowError(row.line, refused.code, _placed(refused), _excerpt(row.question_text))
        return GoodRow(row.line, content)


def _excerpt(text: str) -> str:
    """The first line or so, without what a database or a page could choke on."""
    return " ".join(_UNPRINTABLE.sub("\ufffd", text[:200]).split())


def _placed(refused: InvalidContent) -> str:
    """The reason, with the part of the question it is about where the sentence does not say."""
    if refused.code in ("too_long", "contains_nul", "contains_surrogate", "contains_control"):
        return f"{refused.field}: {refused}"
    return str(refused)


def _subject_in(file_name: str) -> str:
    words = re.sub(r"[\s_-]+", " ", PurePath(file_name).stem).strip()
    return (words[:1].upper() + words[1:])[:200]
