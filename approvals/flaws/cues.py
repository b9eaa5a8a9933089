"""Rules about what gives the key away."""

import re
from collections.abc import Iterator

from approvals.flaws.items import Item, Word, listed, option_part
from approvals.flaws.register import Severity, Span, in_stem, rule, whole_option
from approvals.flaws.sources import guideline

LONGER = 1.6  # times the longest other option
LONGER_BY = 20  # characters, so that a word more is no flaw


@rule(
    "longest-is-key",
    "The key is clearly longer than every other option. Authors qualify what is right, and "
    "candidates know it; make the options about equally long.",
    source=guideline(24),
)
def longest_is_key(item: Item) -> Iterator[Span]:
    others = [len(item.options[i]) for i in item.plain if i != item.key]
    if len(others) < 2 or item.key not in item.plain:
        return
    key, longest = len(item.options[item.key]), max(others)
    if key >= LONGER * longest and key - longest >= LONGER_BY:
        says = (
            f"The key has {key:,} characters, the longest other option {longest:,}. Candidates "
            "pick what is longest; make the options about equally long."
        )
        yield whole_option(item, item.key, says=says)


_ARTICLE = re.compile(r"(?<![\w.])(an?)[\s:_.…?-]*$")
_LETTER_SOUNDS = frozenset("AEFHILMNORSX")  # said as letters, these begin with a vowel
_SILENT_H = ("hour", "honest", "honor", "honour", "heir")
_LIKE_YOU = re.compile(r"uni(?!n|m)|eu|ew|use|usu|uti|ura|ufo|uk|one\b|once\b|oui")
_OWN_ARTICLE = listed("a an the no its his her their all none both")


@rule(
    "article-cue",
    "The stem ends in “a” or “an”, and not every option fits. Move the article into the options, "
    "or write “a(n)”.",
    source=guideline("28c"),
)
def article_cue(item: Item) -> Iterator[Span]:
    found = _ARTICLE.search(item.stem, max(0, len(item.stem) - 40))
    if found is None or not item.is_english:
        return
    fits = {index: _takes(item, index, found[1].lower()) for index in item.plain}
    misfits = [index for index, fit in fits.items() if fit is False]
    if fits.get(item.key) and misfits and None not in fits.values():
        letters = ", ".join(chr(65 + index) for index in misfits)
        says = (
            f"“{found[1]}” at the end of the stem does not go with {letters}, so the grammar rules "
            "that out. Move the article into the options, or write “a(n)”."
        )
        yield in_stem(found.start(1), found.end(1), says=says)


def _takes(item: Item, index: int, article: str) -> bool | None:
    """Whether the option goes with this article; None where that cannot be said."""
    words = item.option_words[index]
    if not words or words[0].lowered in _OWN_ARTICLE:
        return None
    word = item.options[index][words[0].start : words[0].end]
    if not word.isascii():
        return None
    return (article == "an") == _starts_with_a_vowel(word)


def _starts_with_a_vowel(word: str) -> bool:
    """By its sound: “an hour”, “a university”, “an FBI agent”, “an 8”."""
    lowered = word.lower()
    if word[0].isdigit():
        return lowered.startswith("8") or lowered in ("11", "18")
    if word.isupper() and len(word) <= 4 and (len(word) == 1 or not _is_said_as_a_word(word)):
        return word[0] in _LETTER_SOUNDS
    if lowered.startswith(_SILENT_H):
        return True
    return lowered[0] in "aeiou" and not _LIKE_YOU.match(lowered)


def _is_said_as_a_word(word: str) -> bool:
    return sum(letter in "AEIOU" for letter in word) * 3 > len(word)


_VERB = re.compile(r"\b(is|are|was|were)(?: (?:called|named|known as))?[\s:_.…-]*$", re.IGNORECASE)
_PLURAL = re.compile(r"(?<![suix'’])s$")


@rule(
    "number-cue",
    "The verb at the end of the stem goes with the key's number only. Let all options be singular, "
    "or all plural.",
    source=guideline("28c"),
    severity=Severity.HINT,
)
def number_cue(item: Item) -> Iterator[Span]:
    found = _VERB.search(item.stem, max(0, len(item.stem) - 60))
    if found is None or not item.is_english:
        return
    wants_plural = found[1].lower() in ("are", "were")
    plural = {index: _is_plural(item, index) for index in item.plain}
    if None in plural.values() or item.key not in plural:
        return
    fitting = [index for index, many in plural.items() if many == wants_plural]
    if fitting == [item.key]:
        yield in_stem(found.start(1), found.end(1))


def _is_plural(item: Item, index: int) -> bool | None:
    """By the last word, where the option is a word or two in lower case; None where unsure."""
    option, words = item.options[index], item.option_words[index]
    if not 1 <= len(words) <= 2 or not option.isascii() or option[1:].lower() != option[1:]:
        return None
    if any(character.isdigit() for character in option):
        return None
    return bool(_PLURAL.search(words[-1].lowered))


_COMMON = listed(
    "about above after again against among another answer answers because before being below "
    "between called could different during every example first following found given great "
    "group having however known large largest least likely made make many might more most "
    "mostly much name named never number often only option options other others people person "
    "place should since small some something state states statement still such that their "
    "them then there these they thing things this those through time times true under until "
    "used using very what when where which while whom whose will with within without word "
    "words would year years your have from into than were been does also each just like long "
    "part type kind form over same term terms correct right false city country"
)


@rule(
    "word-repeated-in-key",
    "A word of the stem comes back in the key and in no other option, which leads to it without "
    "any knowledge. Use another word, or put it into other options, too.",
    source=guideline("28b"),
    severity=Severity.HINT,
)
def word_repeated_in_key(item: Item) -> Iterator[Span]:
    if item.is_true_false or item.key not in item.plain or not item.is_english:
        return
    stem = {_root(word.lowered) for word in item.stem_words if word.lowered not in _COMMON}
    others = {
        _root(word.lowered)
        for index in item.plain
        if index != item.key
        for word in item.option_words[index]
    }
    if any(len(word) > 2 and word in stem for word in others):
        return
    for word in item.option_words[item.key]:
        if _tells(word) and _root(word.lowered) in stem:
            yield Span(option_part(item.key), word.start, word.end)
            return


def _tells(word: Word) -> bool:
    return word.end - word.start >= 5 and word.lowered not in _COMMON


def _root(word: str) -> str:
    """Good enough to see “crystal” in “crystals”: no plural, no possessive."""
    word = word.removesuffix("'s").removesuffix("’s")
    return word.removesuffix("s") if len(word) > 4 and not word.endswith("ss") else word
