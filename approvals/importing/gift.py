"""
GIFT: `::title:: question {=right ~wrong ~wrong}`, questions parted by blank lines.

Taken in: multiple choice with one right answer, and true or false. The other kinds are a
RowError. https://docs.moodle.org/en/GIFT_format
"""

import re
from collections.abc import Iterator

from approvals.importing.html_text import NotPlain, plain_text
from approvals.importing.reading import Source
from approvals.importing.rows import MOST_LINES, ParsedRow, Row, RowError, too_many_lines

_LONGEST = 200_000  # characters, with feedback and titles
_CATEGORY = re.compile(r"\$CATEGORY:(.*)", re.IGNORECASE)
_TITLE = re.compile(r"\s*::(?:\\.|[^\\])*?::", re.DOTALL)
_MARKUP = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
# An escaped character is one token, so that the bare ones below are never escaped.
_BRACE = re.compile(r"\\.|([{}])", re.DOTALL)
_ANSWER_START = re.compile(r"\\.|([=~])", re.DOTALL)
_FEEDBACK = re.compile(r"\\.|(#)", re.DOTALL)
_ESCAPED = re.compile(r"\\([~=#{}:n\\])")
_WEIGHT = re.compile(r"\s*%(-?[0-9]{1,3}(?:\.[0-9]{1,7})?)%")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}


class _Refused(ValueError):
    """Why this question is not taken in, as (code, reason)."""


def parse(source: Source) -> Iterator[Row]:
    """Every question in order, its subject from the last $CATEGORY line before it."""
    subject = ""
    for start, record in _records(source):
        if category := _CATEGORY.match(record[0]):
            subject = subject_of(category[1])
            start, record = start + 1, record[1:]
        body = "\n".join(record)
        if len(record) > MOST_LINES:
            yield too_many_lines(start)
        elif len(body) > _LONGEST:
            yield RowError(start, "too_long", f"The question has {len(body):,} characters.")
        elif body.strip():
            yield _row(start, body, subject)


def subject_of(category: str) -> str:
    """A Moodle category path without its technical first parts: `$course$/top/Physics/Light`."""
    parts = [part.strip() for part in category.replace("//", "/").split("/")]
    return " / ".join(
        part
        for index, part in enumerate(parts)
        if part and not (part.startswith("$") or (part == "top" and index < 2))
    )


def _records(source: Source) -> Iterator[tuple[int, list[str]]]:
    """The lines between blank ones, with the number of the first; comments are left out."""
    record: list[str] = []
    start = 0
    for number, ended in enumerate(source.lines(), start=1):
        line = ended.rstrip("\r\n")
        if line.lstrip().startswith("//"):
            continue
        starts_anew = not line.strip() or _CATEGORY.match(line)
        if record and starts_anew:
            yield start, record
            record = []
        if line.strip():
            start = start if record else number
            if len(record) <= MOST_LINES:
                record.append(line)
    if record:
        yield start, record


def _row(line: int, body: str, subject: str) -> Row:
    try:
        before, inside, after = _braces(_TITLE.sub("", body, count=1) if _titled(body) else body)
        markup = _MARKUP.match(before)
        as_html = bool(markup and markup[1].lower() == "html")
        before = before[markup.end() :] if markup else before
        gap = " _____ " if after.strip() else ""
        text = _plain(before.rstrip() + gap + after.lstrip(), as_html)
        options, key = _answers(inside, as_html)
    except _Refused as refused:
        code, reason = refused.args
        return RowError(line, code, reason)
    return ParsedRow(line, text, options, key, subject)


def _titled(body: str) -> bool:
    return body.lstrip().startswith("::") and _TITLE.match(body) is not None


def _braces(body: str) -> tuple[str, str, str]:
    """The text before, inside and after the one pair of braces."""
    braces = [(found[1], found.start()) for found in _BRACE.finditer(body) if found[1]]
    kinds = "".join(kind for kind, _ in braces)
    if not kinds:
        raise _Refused("unsupported_kind", "It has no answers in braces, so it asks nothing.")
    if kinds == "{":
        raise _Refused("brace_unclosed", "The answers' opening brace is never closed.")
    if kinds != "{}":
        raise _Refused("braces_unclear", "A question has one pair of braces; escape others by \\.")
    opening, closing = braces[0][1], braces[1][1]
    return body[:opening], body[opening + 1 : closing], body[closing + 1 :]


def _answers(inside: str, as_html: bool) -> tuple[tuple[str, ...], str]:
    """The options and the key."""
    inside = inside.partition("####")[0]
    truth = _without_feedback(inside).strip().upper()
    if truth in _TRUTH:
        return ("True", "False"), "True" if _TRUTH[truth] else "False"
    if not inside.strip():
        raise _Refused("unsupported_kind", "Essay questions have no options to choose from.")
    if inside.lstrip().startswith("#"):
        raise _Refused("unsupported_kind", "Numerical questions have no options to choose from.")
    answers = [_answer(sign, text, as_html) for sign, text in _signed(inside)]
    _refuse_other_kinds(answers)
    options = tuple(text for text, _ in answers)
    return options, next(text for text, weight in answers if weight == 100)


def _refuse_other_kinds(answers: list[tuple[str, float]]) -> None:
    credited = [weight for _, weight in answers if weight > 0]
    if len(credited) == len(answers) and answers:
        if all("->" in text for text, _ in answers):
            raise _Refused("unsupported_kind", "Matching questions are not taken in.")
        raise _Refused("unsupported_kind", "Short answers have no options to choose from.")
    if not credited:
        raise _Refused("key_missing", "No answer is marked as right by =.")
    if credited != [100]:
        raise _Refused("several_keys", "More than one answer gives marks; one key is needed.")


def _signed(inside: str) -> Iterator[tuple[str, str]]:
    """Each answer with the = or ~ before it."""
    signs = [(found[1], found.start()) for found in _ANSWER_START.finditer(inside) if found[1]]
    if not signs or inside[: signs[0][1]].strip():
        raise _Refused("not_understood", "The answers do not begin with = or ~.")
    ends = [start for _, start in signs[1:]] + [len(inside)]
    for (sign, start), end in zip(signs, ends, strict=True):
        yield sign, inside[start + 1 : end]


def _answer(sign: str, text: str, as_html: bool) -> tuple[str, float]:
    """An answer's text and its weight in percent."""
    given = _WEIGHT.match(text)
    weight = float(given[1]) if given else (100.0 if sign == "=" else 0.0)
    text = _without_feedback(text[given.end() :] if given else text)
    markup = _MARKUP.match(text)
    if markup:
        text, as_html = text[markup.end() :], markup[1].lower() == "html"
    return _plain(text, as_html), weight


def _without_feedback(text: str) -> str:
    mark = next((found.start() for found in _FEEDBACK.finditer(text) if found[1]), len(text))
    return text[:mark]


def _plain(text: str, as_html: bool) -> str:
    unescaped = _ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], text).strip()
    if not as_html:
        return unescaped
    try:
        return plain_text(unescaped)
    except NotPlain as error:
        raise _Refused("not_plain_text", str(error)) from error
