"""A question as the rules read it: its words, its options, and which of them is the key."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from approvals.content import QuestionContent

QUESTION_TEXT = "question_text"
# Beyond so many characters nothing more is learned about the language of a text.
_ENOUGH = 1500


def listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ENGLISH = listed(
    "the of which what who whose how when where why are were does did this that these those "
    "following has have had with from and you his her their many most called known for you "
    "your is it as at by be was if or not true false all none above both than there"
)
_OTHERS = listed(
    "der die das und ist nicht ein eine wer wie den dem von el la los las de del que en es un "
    "una cuál qué quién le les et est une des du qui quel quelle het een van wat il lo gli di "
    "che è della o os da do é qual em uma w nie jest co się och är som en det ve bir ne"
)
_QUESTION_MARKS = re.compile(r"[?？؟;՞]\W*$")


class Word(NamedTuple):
    """One word of a text, in lower case, and where it stands."""

    lowered: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    return [Word(found[0].lower(), found.start(), found.end()) for found in WORD.finditer(text)]


def option_part(index: int) -> str:
    """The name of an option's place, as approvals.content names it."""
    return f"options[{index}]"


def key_of(content: QuestionContent) -> int:
    """The index of the right option; -1 in content that nobody checked and that has none."""
    options = content.options
    return options.index(content.correct_answer) if content.correct_answer in options else -1


class Item:
    """
    What several rules ask about one question, each thing found out once.

    `key` is the index of the right option, -1 without any; `special` are those that speak
    of other options.
    """

    def __init__(self, content: QuestionContent) -> None:
        self.content = content
        self.stem = content.question_text
        self.options: Sequence[str] = content.options
        self.key = key_of(content)
        self.has_files = bool(content.attachments)

    @cached_property
    def stem_words(self) -> list[Word]:
        return words_of(self.stem)

    @cached_property
    def option_words(self) -> list[list[Word]]:
        return [words_of(option) for option in self.options]

    @cached_property
    def stem_vocabulary(self) -> frozenset[str]:
        return frozenset(word.lowered for word in self.stem_words)

    @cached_property
    def option_vocabularies(self) -> list[frozenset[str]]:
        return [frozenset(word.lowered for word in words) for words in self.option_words]

    @cached_property
    def is_english(self) -> bool:
        """Whether most of the small words are English; the rules about words need that."""
        seen = (*self.stem_words[:200], *(w for words in self.option_words for w in words[:20]))
        words = [word.lowered for word in seen]
        english = sum(word in _ENGLISH for word in words)
        foreign = sum(word in _OTHERS for word in words)
        letters = self.stem[:_ENOUGH]
        ascii_letters = sum(map(str.isascii, letters))
        return english > foreign and ascii_letters >= 0.9 * len(letters)

    @cached_property
    def is_true_false(self) -> bool:
        return {option.strip(" .").lower() for option in self.options} in (
            {"true", "false"},
            {"yes", "no"},
        )

    @cached_property
    def asks(self) -> bool:
        """Whether the stem ends as a question does, in whatever script."""
        return bool(_QUESTION_MARKS.search(self.stem[-20:]))

    @cached_property
    def special(self) -> frozenset[int]:
        """The options that say something of the others: “all of the above”, “both A and B”."""
        likely = [i for i in range(len(self.options)) if self._may_be_special(i)]
        if not likely:
            return frozenset()
        found = {i for i in likely if speaks_of_others(self.options[i])}
        combined = {i for i in likely if self._combines(self.options[i])}
        # Where most options look so, the letters are the matter itself: vitamins A and D.
        return frozenset(found | combined if len(combined) * 2 <= len(self.options) else found)

    def _may_be_special(self, index: int) -> bool:
        """A cheap look at the first word, since hardly any option is."""
        words = self.option_words[index]
        if not words or len(self.options[index]) > LONGEST_SPECIAL:
            return False
        return len(words[0].lowered) == 1 or words[0].lowered in _SPECIAL_STARTS

    def _combines(self, option: str) -> bool:
        found = COMBINED.fullmatch(option)
        if found is None:
            return False
        letters = {ord(letter.upper()) - ord("A") for letter in _LETTERS.findall(found["which"])}
        return bool(letters) and max(letters) < len(self.options)

    @cached_property
    def plain(self) -> list[int]:
        """The options that answer the question by themselves."""
        return [index for index in range(len(self.options)) if index not in self.special]


_OTHER_OPTIONS = (
    r"(?:the |these |those )?(?:above|preceding|(?:other |listed )?"
    r"(?:answers?|options?|choices?|alternatives?)|others|these|those|them)"
)
_AFTER_THEM = r"(?: (?:above|listed|given|mentioned|answers?|are \w{2,12}))*"
ALL_ABOVE = re.compile(
    r"\W*(?:(?:all|each|every one|any)(?: (?:of|the))*(?: (?:two|three|four|five))? "
    rf"{_OTHER_OPTIONS}{_AFTER_THEM}"
    r"|all (?:are )?(?:correct|true|right)|all the above)\W*",
    re.IGNORECASE,
)
NONE_ABOVE = re.compile(
    r"\W*(?:(?:none|neither|no one|not any)(?: of)? "
    rf"{_OTHER_OPTIONS}{_AFTER_THEM}"
    r"|(?:none|no|neither) (?:is|are|answers? (?:is|are)) (?:correct|true|right)"
    r"|no (?:correct|right) (?:answer|option)(?: (?:is )?(?:given|listed|here))?)\W*",
    re.IGNORECASE,
)
_LETTER = r"[\"'“”‘’(]?[A-Z][\"'“”‘’).]?"
_LETTERS = re.compile(r"\b[A-Z]\b", re.IGNORECASE)
COMBINED = re.compile(
    r"\W*(?:(?:both|either|neither|only|options?|answers?|choices?) ){0,3}"
    rf"(?P<which>{_LETTER}(?:(?:, and |, | ?& ?| and | or | nor ){_LETTER}){{1,6}})"
    r"(?: (?:only|are (?:correct|true|right)|above))?\W*",
    re.IGNORECASE,
)
SEVERAL = re.compile(
    r"\W*(?:both|either|two|some|any two|more than one)(?: of)? "
    rf"{_OTHER_OPTIONS}(?: (?:above|answers?|are (?:correct|true|right)))*\W*",
    re.IGNORECASE,
)
LONGEST_SPECIAL = 60  # characters
_SPECIAL_STARTS = listed(
    "all each every any none neither no not both either two some more only option options answer "
    "answers choice choices"
)


def speaks_of_others(option: str) -> bool:
    return any(pattern.fullmatch(option) for pattern in (ALL_ABOVE, NONE_ABOVE, SEVERAL))
