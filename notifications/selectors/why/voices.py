"""Reasons in words, to the person they concern or to somebody who helps them."""

import re
from enum import StrEnum

from notifications.kinds import Because


class Voice(StrEnum):
    """Whom a sentence speaks to: the person themselves, or others about them."""

    YOU = "you"
    THEY = "they"


# The sentences are written to the person; these are all the words in which that shows.
_OTHERS = {
    "you": "they",
    "your": "their",
    "yours": "theirs",
    "yourself": "themselves",
}
_WORDS = re.compile(r"\b(you|your|yours|yourself)\b", re.IGNORECASE)


def spoken(sentence: str, voice: Voice) -> str:
    """A sentence that was written to the person, in this voice."""
    return sentence if voice == Voice.YOU else _WORDS.sub(_of_them, sentence)


def reason(word: str, voice: Voice) -> str:
    """What a word of a trace means; a word that this release does not know stands for itself."""
    return spoken(Because(word).label, voice) if word in Because.values else word


def _of_them(found: re.Match[str]) -> str:
    word = _OTHERS[found[0].lower()]
    return word.capitalize() if found[0][0].isupper() else word
