"""What one question may contain, said in one place, and the digest an approval is bound to."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from core.errors import Invalid

LONGEST_QUESTION = 20_000  # characters
LONGEST_OPTION = 2_000
LONGEST_SUBJECT = 200
LONGEST_ALT_TEXT = 500
LONGEST_TITLE = 80
FEWEST_OPTIONS = 2
MOST_OPTIONS = 26  # options are lettered A to Z

_LINE_END = re.compile(r"\r\n?")
_NUL = re.compile("\x00")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# C1 controls are what Windows text turns into when it is read as Latin-1.
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_WHITE_SPACE = re.compile(r"\s+")


class InvalidContent(Invalid):
    """The question breaks a rule. `code` says which, and `field` names the part at fault."""

    def __init__(self, code: str, message: str, *, field: str) -> None:
        super().__init__(message, field=field)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """
    A file that belongs to a question, as its version keeps it. `size` in bytes.

    `alt_text` says what a picture shows, or what a document is; sides are 0 for a document.
    """

    # Which upload it came by: the same file uploaded again is the same attachment.
    attachment_id: str = field(compare=False)
    name: str
    alt_text: str
    media_type: str
    size: int
    sha256: str
    width: int = 0
    height: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")

    @property
    def kind(self) -> str:
        """As people call it: PNG, PDF."""
        return self.media_type.partition("/")[2].upper()


@dataclass(frozen=True, slots=True)
class QuestionContent:
    """
    A question that keeps every rule. Made by `checked`, so that none that breaks one exists.

    Options are in the order given, and `correct_answer` is one of them, letter by letter.
    """

    question_text: str
    options: tuple[str, ...]
    correct_answer: str
    subject: str = ""
    attachments: tuple[Attached, ...] = ()

    @classmethod
    def checked(
        cls,
        *,
        question_text: str,
        options: Sequence[str],
        correct_answer: str,
        subject: str = "",
    ) -> "QuestionContent":
        """
        The content as it is kept: line ends `\\n`, no outer white space, Unicode NFC.

        Nothing else is changed, case and inner spaces least of all: both can be the point of a
        question. Raises InvalidContent for the first rule broken; option fields are named
        `options[0]` and so on.
        """
        text = _text(question_text, "question_text", LONGEST_QUESTION)
        if not _as_read(text):
            raise InvalidContent(
                "question_text_empty", "The question has no text.", field="question_text"
            )
        kept = _options(options)
        return cls(
            question_text=text,
            options=kept,
            correct_answer=_key(correct_answer, kept),
            subject=_WHITE_SPACE.sub(" ", _text(subject, "subject", LONGEST_SUBJECT)),
        )

    @property
    def digest(self) -> str:
        """
        SHA-256, in hex, of the text, options and key as canonical JSON (RFC 8785).

        Of attachments the text and the bytes' own SHA-256 count, in their order; without any, the
        digest is what it was before there were attachments. The subject and the names of files
        only file the question and are left out: moving a question to another subject neither
        undoes its approval nor makes it another question.
        """
        facts: dict[str, Any] = {
            "correct_answer": self.correct_answer,
            "options": self.options,
            "question_text": self.question_text,
        }
        if self.attachments:
            facts["attachments"] = [
                {"alt_text": each.alt_text, "sha256": each.sha256} for each in self.attachments
            ]
        canonical = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()

    def with_attachments(self, attachments: Sequence[Attached]) -> "QuestionContent":
        """The same words with these files instead of those there were."""
        return replace(self, attachments=tuple(attachments))

    @property
    def title(self) -> str:
        """The question on one line of at most 80 characters, with an ellipsis if it goes on."""
        return title_of(self.question_text)


def title_of(question_text: str) -> str:
    """See QuestionContent.title. Reads no more of the text than it needs."""
    line = " ".join(question_text[: 4 * LONGEST_TITLE].split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1].rstrip() + "…"


def checked_alt_text(given: str, place: str) -> str:
    """What a picture shows, as it is kept. Raises InvalidContent, also where it says nothing."""
    text = _WHITE_SPACE.sub(" ", _text(given, place, LONGEST_ALT_TEXT))
    if not _as_read(text):
        raise InvalidContent(
            "alt_text_empty",
            "Say what the picture shows or what the document is, for those who cannot see it.",
            field=place,
        )
    return text


def _options(given: Sequence[str]) -> tuple[str, ...]:
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise InvalidContent("options_not_a_list", "The options are not a list.", field="options")
    if len(given) < FEWEST_OPTIONS:
        raise InvalidContent(
            "options_too_few",
            f"A question needs at least {FEWEST_OPTIONS} options.",
            field="options",
        )
    if len(given) > MOST_OPTIONS:
        raise InvalidContent(
            "options_too_many", f"A question has at most {MOST_OPTIONS} options.", field="options"
        )
    kept = tuple(
        _text(option, f"options[{index}]", LONGEST_OPTION) for index, option in enumerate(given)
    )
    seen: dict[str, int] = {}
    for index, option in enumerate(kept):
        read = _as_read(option)
        if not read:
            raise InvalidContent(
                "option_empty", f"Option {_letter(index)} is empty.", field=f"options[{index}]"
            )
        if read in seen:
            raise InvalidContent(
                "options_duplicate",
                f"Options {_letter(seen[read])} and {_letter(index)} are the same.",
                field=f"options[{index}]",
            )
        seen[read] = index
    return kept


def _key(given: str, options: tuple[str, ...]) -> str:
    """The option that reads like the given key."""
    read = _as_read(_text(given, "correct_answer", LONGEST_OPTION))
    if not read:
        raise InvalidContent(
            "correct_answer_empty", "The question has no correct answer.", field="correct_answer"
        )
    for option in options:
        if _as_read(option) == read:
            return option
    raise InvalidContent(
        "key_not_among_options",
        "The correct answer is not one of the options.",
        field="correct_answer",
    )


def _text(given: str, field: str, longest: int) -> str:
    if not isinstance(given, str):
        raise InvalidContent("not_text", "This is not text.", field=field)
    text = given.strip()
    # Before anything costly: normalising a long run of combining marks takes quadratic time.
    _refuse_long(text, field, longest)
    text = unicodedata.normalize("NFC", _LINE_END.sub("\n", text))
    _refuse_long(text, field, longest)
    for pattern, code, what in (
        (_NUL, "contains_nul", "a NUL character"),
        (_LONE_SURROGATE, "contains_surrogate", "half of a surrogate pair"),
        (_CONTROL, "contains_control", "a control character"),
    ):
        if found := pattern.search(text):
            raise InvalidContent(
                code, f"Character {found.start() + 1} of this text is {what}.", field=field
            )
    return text


def _refuse_long(text: str, field: str, longest: int) -> None:
    if len(text) > longest:
        raise InvalidContent(
            "too_long",
            f"This is {len(text):,} characters long; {longest:,} are allowed.",
            field=field,
        )


def _as_read(text: str) -> str:
    """What a candidate would see: runs of white space as one space, nothing invisible."""
    return _WHITE_SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


def _letter(index: int) -> str:
    return chr(ord("A") + index)
