"""What changed between two versions of a question, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from string import ascii_uppercase

from approvals.content import Attached, QuestionContent

# Beyond this comparing takes longer than reading: the parts are shown whole.
MOST_WORDS = 3_000
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """
    A run of text that is the same in both, or only in one. `kind`: same, gone or new.

    `attachment_id` is of the file that it names, where that came or went.
    """

    kind: str
    text: str
    attachment_id: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One part of the question that differs, and how."""

    label: str
    pieces: tuple[Piece, ...]


def changes(before: QuestionContent, after: QuestionContent) -> list[Change]:
    """Every part that differs, in the order in which one reads a question."""
    pairs = [
        ("Question", before.question_text, after.question_text),
        *_option_pairs(before.options, after.options),
        ("Key", _key(before), _key(after)),
        ("Subject", before.subject, after.subject),
    ]
    return [
        *(Change(label, tuple(_pieces(old, new))) for label, old, new in pairs if old != new),
        *_attachment_changes(before.attachments, after.attachments),
    ]


def set_beside(there: QuestionContent, here: QuestionContent) -> list[Change]:
    """
    What a similar question says otherwise, whatever the order of its options.

    Which option is right is not told: whoever may know opens the question.
    """
    only_there = [each for each in there.options if each not in here.options]
    only_here = [each for each in here.options if each not in there.options]
    options = (
        *(Piece("gone", each) for each in only_there),
        *(Piece("new", each) for each in only_here),
    )
    found = [Change("Options", _apart(options))] if options else []
    if there.question_text == here.question_text:
        return found
    text = Change("Question", tuple(_pieces(there.question_text, here.question_text)))
    return [text, *found]


def _apart(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """With something between them."""
    return tuple(each for piece in pieces for each in (piece, Piece("same", " ")))[:-1]


def _attachment_changes(
    before: tuple[Attached, ...], after: tuple[Attached, ...]
) -> Iterator[Change]:
    """What came, what went, what is said otherwise; then the order, if that is all."""
    had, has = {each.sha256: each for each in before}, {each.sha256: each for each in after}
    for sha256, each in (had | has).items():
        if sha256 not in has:
            yield Change("Attachment", (Piece("gone", _said_of(each), each.attachment_id),))
        elif sha256 not in had:
            yield Change("Attachment", (Piece("new", _said_of(each), each.attachment_id),))
        elif _said_of(had[sha256]) != _said_of(each):
            yield Change("Attachment", tuple(_pieces(_said_of(had[sha256]), _said_of(each))))
    stayed = [sha256 for sha256 in had if sha256 in has]
    if stayed != [sha256 for sha256 in has if sha256 in had]:
        old, new = (", ".join(each.name for each in files) for files in (before, after))
        yield Change("Order of attachments", (Piece("gone", old), Piece("new", new)))


def _said_of(file: Attached) -> str:
    return f"{file.alt_text} ({file.name})"


def _option_pairs(
    before: tuple[str, ...], after: tuple[str, ...]
) -> Iterator[tuple[str, str, str]]:
    for letter, old, new in zip(
        ascii_uppercase, *zip(*zip_longest(before, after, fillvalue=""), strict=True), strict=False
    ):
        yield f"Option {letter}", old, new


def _key(content: QuestionContent) -> str:
    letter = ascii_uppercase[content.options.index(content.correct_answer)]
    return f"{letter} · {content.correct_answer}"


def _pieces(old: str, new: str) -> Iterator[Piece]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) + len(after) > MOST_WORDS:
        before, after = [old], [new]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(before[a:b]))
            continue
        if a < b:
            yield Piece("gone", "".join(before[a:b]))
        if c < d:
            yield Piece("new", "".join(after[c:d]))
