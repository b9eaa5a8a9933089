"""How hard the question is to read, by the Flesch-Kincaid grade."""

import re
from collections.abc import Iterator, Sequence

from approvals.flaws.items import Item, Word
from approvals.flaws.register import Severity, Span, in_stem, rule
from approvals.flaws.sources import READING

FEWEST_WORDS = 30  # in less text one long name decides the grade
HIGHEST_GRADE = 16.0  # the last year of college
_SENTENCES = re.compile(r"[.!?;:]+(?=\s|$)|\n\s*\n")
_VOWELS = re.compile(r"[aeiouy]+")


@rule(
    "reading-level",
    "The stem is harder to read than what it asks for may be to know. Shorten the sentences and "
    "use common words.",
    source=READING,
    severity=Severity.HINT,
)
def reading_level(item: Item) -> Iterator[Span]:
    words = item.stem_words
    if len(words) < FEWEST_WORDS or not item.is_english:
        return
    grade = grade_of(item.stem, words)
    if grade > HIGHEST_GRADE:
        says = (
            f"The stem reads at grade {grade:.0f} (Flesch-Kincaid); {HIGHEST_GRADE:.0f} is the end "
            "of college. Shorten the sentences and use common words."
        )
        yield in_stem(0, len(item.stem), says=says)


def grade_of(text: str, words: Sequence[Word]) -> float:
    """
    The US school grade at which the text is understood.

    0.39 × words a sentence + 11.8 × syllables a word − 15.59 (Kincaid and others 1975).
    """
    sentences = max(1, len(_SENTENCES.split(text.strip().rstrip(".!?;: "))))
    syllables = sum(syllables_in(word.lowered) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / max(1, len(words)) - 15.59


def syllables_in(word: str) -> int:
    """Groups of vowels, without a silent e at the end; at least one, and one for a number."""
    count = len(_VOWELS.findall(word))
    if (
        (word.endswith("e") and not word.endswith(("le", "ee", "ie")) and count > 1)
        or (word.endswith("es") and count > 1 and word[-3:-2] not in "sxzcgh")
        or (word.endswith("ed") and count > 1 and word[-3:-2] not in "td")
    ):
        count -= 1
    return max(1, count)
