"""
Moodle XML: `multichoice` with one right answer, and `truefalse`.

The other kinds are a RowError. A document type is refused, and with it every entity that could
swell or read other files. https://docs.moodle.org/en/Moodle_XML_format
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from approvals.content import MOST_OPTIONS
from approvals.importing.gift import subject_of
from approvals.importing.html_text import NotPlain, plain_text
from approvals.importing.reading import Source
from approvals.importing.rows import ParsedRow, Row, RowError, UnreadableFile

_DEEPEST = 30  # elements
_CHUNK = 64 * 1024  # bytes
_TRUTH = {"true": "True", "false": "False"}


@dataclass(slots=True)
class _Answer:
    fraction: str
    text: str = ""
    as_html: bool = False


@dataclass(slots=True)
class _Question:
    line: int
    kind: str
    text: str = ""
    as_html: bool = False
    single: str = "true"
    category: str = ""
    unescaped: bool = False
    answers: list[_Answer] = field(default_factory=list)


def parse(source: Source) -> Iterator[Row]:
    """
    Every question in order, its subject from the category before it.

    Raises UnreadableFile where the XML breaks, maybe after some rows.
    """
    parser = DefusedExpatParser(forbid_dtd=True)
    reader = _Reader(parser)
    parser.setContentHandler(reader)
    try:
        for start in range(0, len(source.data), _CHUNK):
            parser.feed(source.data[start : start + _CHUNK])
            yield from reader.finished()
        parser.close()
    except DefusedXmlException as error:
        raise UnreadableFile(
            "xml_not_allowed", "The file declares a document type or entities; neither is read."
        ) from error
    except SAXParseException as error:
        raise UnreadableFile(
            "not_xml",
            f"Line {error.getLineNumber()} is not valid XML: {error.getMessage()}.",
        ) from error
    except (SAXException, ValueError, LookupError) as error:
        raise UnreadableFile("not_xml", f"The file is not valid XML: {error}.") from error
    yield from reader.finished()


class _Reader(ContentHandler):
    """Collects one question at a time by the path of the element that text stands in."""

    def __init__(self, at: Locator) -> None:
        super().__init__()
        self._at = at
        self._path: list[str] = []
        self._text: list[str] = []
        self._question: _Question | None = None
        self._subject = ""
        self._rows: list[Row] = []

    def finished(self) -> list[Row]:
        """The rows completed since the last call."""
        rows, self._rows = self._rows, []
        return rows

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        if not self._path and name != "quiz":
            raise UnreadableFile(
                "not_moodle_xml", f"The file begins with <{name[:50]}>, not <quiz>."
            )
        if len(self._path) == _DEEPEST:
            raise UnreadableFile("not_moodle_xml", "The elements are nested too deeply.")
        self._path.append(name)
        self._text = []
        as_html = attrs.get("format", "html") in ("html", "moodle_auto_format")
        match self._path[1:]:
            case ["question"]:
                line = self._at.getLineNumber() or 1
                self._question = _Question(line, attrs.get("type", ""))
            case ["question", "questiontext"] if self._question:
                self._question.as_html = as_html
            case ["question", "answer"] if self._question:
                answer = _Answer(attrs.get("fraction", "0"), as_html=as_html)
                # One too many is enough to have the question refused.
                if len(self._question.answers) <= MOST_OPTIONS:
                    self._question.answers.append(answer)
            case ["question", *_, "text", _] if self._question:
                self._question.unescaped = True

    def characters(self, content: str) -> None:
        self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        text, question = "".join(self._text), self._question
        match self._path[1:]:
            case ["question"] if question:
                self._finish(question)
            case ["question", "questiontext", "text"] if question:
                question.text = text
            case ["question", "answer", "text"] if question and question.answers:
                question.answers[-1].text = text
            case ["question", "single"] if question:
                question.single = text.strip().lower()
            case ["question", "category", "text"] if question:
                question.category = text
        self._path.pop()
        self._text = []

    def _finish(self, question: _Question) -> None:
        if question.kind == "category":
            self._subject = subject_of(question.category)
        else:
            self._rows.append(_row(question, self._subject))
        self._question = None


def _row(question: _Question, subject: str) -> Row:
    if question.kind not in ("multichoice", "truefalse"):
        return RowError(
            question.line,
            "unsupported_kind",
            f"Questions of type {question.kind[:50] or '(none)'} are not taken in.",
        )
    if question.unescaped:
        return RowError(
            question.line, "not_understood", "HTML in <text> is neither escaped nor CDATA."
        )
    if question.single in ("false", "0"):
        return RowError(question.line, "several_keys", "More than one answer may be right.")
    try:
        weights = [float(answer.fraction) for answer in question.answers]
    except ValueError:
        return RowError(question.line, "not_understood", "The fraction of an answer is no number.")
    if not any(weight > 0 for weight in weights):
        return RowError(question.line, "key_missing", "No answer has the fraction 100.")
    if [weight for weight in weights if weight > 0] != [100]:
        return RowError(
            question.line, "several_keys", "More than one answer gives marks; one key is needed."
        )
    try:
        text = _plain(question.text, question.as_html)
        options = tuple(_option(question.kind, answer) for answer in question.answers)
    except NotPlain as error:
        return RowError(question.line, "not_plain_text", str(error))
    return ParsedRow(question.line, text, options, options[weights.index(100)], subject)


def _option(kind: str, answer: _Answer) -> str:
    if kind == "truefalse":
        return _TRUTH.get(answer.text.strip().lower(), answer.text)
    return _plain(answer.text, answer.as_html)


def _plain(text: str, as_html: bool) -> str:
    return plain_text(text) if as_html else text
