"""Rules about what the options say."""

import re
from collections.abc import Iterator

from approvals.flaws.items import ALL_ABOVE, NONE_ABOVE, Item, Word, listed, option_part
from approvals.flaws.register import Severity, Span, rule, whole_option
from approvals.flaws.sources import EXAMINERS, INDEPENDENCE, guideline


@rule(
    "all-of-the-above",
    "“All of the above” is right as soon as two options are, and wrong as soon as one is not: part "
    "of the knowledge is enough. Leave it out.",
    source=guideline(26),
)
def all_of_the_above(item: Item) -> Iterator[Span]:
    return _matching(item, ALL_ABOVE)


@rule(
    "none-of-the-above",
    "Whoever picks “none of the above” shows that they know what is wrong, not what is right. Use "
    "it with care, if at all.",
    source=guideline(25),
    severity=Severity.HINT,
)
def none_of_the_above(item: Item) -> Iterator[Span]:
    return _matching(item, NONE_ABOVE)


@rule(
    "combined-options",
    "The option combines others (“both A and B”), so that one known fact rules several out. Let "
    "each option stand for itself.",
    source=INDEPENDENCE,
)
def combined_options(item: Item) -> Iterator[Span]:
    for index in sorted(item.special):
        if not ALL_ABOVE.fullmatch(item.options[index]) and not NONE_ABOVE.fullmatch(
            item.options[index]
        ):
            yield whole_option(item, index)


def _matching(item: Item, pattern: re.Pattern[str]) -> Iterator[Span]:
    for index in sorted(item.special):
        if pattern.fullmatch(item.options[index]):
            yield whole_option(item, index)


_ABSOLUTE = re.compile(
    r"\b(?:always|never|absolutely|completely|entirely|invariably|exclusively|must|"
    r"(?<!the )(?<!his )(?<!her )(?<!its )(?<!their )(?<!not )\bonly(?! some\b| a few\b)|"
    r"impossible|under no circumstances|in all cases|without exception)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(?:usually|often|sometimes|rarely|frequently|occasionally|seldom|generally|mostly)\b",
    re.IGNORECASE,
)
# A cheap look beforehand: without one of these, the patterns find nothing.
_ABSOLUTES = listed(
    "always never absolutely completely entirely invariably exclusively must only impossible "
    "circumstances cases exception"
)
_VAGUES = listed("usually often sometimes rarely frequently occasionally seldom generally mostly")
FEWEST_WORDS = 4  # in a shorter option, these words are a title's or the answer itself


@rule(
    "absolute-words",
    "Hardly anything holds always or never, so candidates pass over an option that says so without "
    "knowing the matter. Say it without the absolute word.",
    source=guideline("28a"),
    severity=Severity.HINT,
)
def absolute_words(item: Item) -> Iterator[Span]:
    return _giving_away(item, _ABSOLUTE, _ABSOLUTES)


@rule(
    "vague-frequency",
    "Words such as “usually” mean something else to every reader, and cautious options are more "
    "often right. Say how often, or leave it out.",
    source=EXAMINERS,
    severity=Severity.HINT,
)
def vague_frequency(item: Item) -> Iterator[Span]:
    return _giving_away(item, _VAGUE, _VAGUES)


def _giving_away(item: Item, pattern: re.Pattern[str], words: frozenset[str]) -> Iterator[Span]:
    """Where some options have such a word and others do not; in all of them it tells nothing."""
    if not item.is_english or item.is_true_false:
        return
    found = {
        index: match
        for index in item.plain
        if not words.isdisjoint(item.option_vocabularies[index])
        and len(item.option_words[index]) >= FEWEST_WORDS
        and (match := pattern.search(item.options[index]))
        and not _is_a_title(item.options[index], match)
    }
    if len(found) < len(item.plain):
        for index, match in found.items():
            yield Span(option_part(index), match.start(), match.end())


def _is_a_title(option: str, match: re.Match[str]) -> bool:
    """Whether the word has a capital where a sentence has none, as in “The World Is Not Enough”."""
    if not match[0][0].isupper():
        return False
    following = option[match.end() :].lstrip()
    return match.start() > 0 or not following[:1].islower()


# In formulas and code every sign can be the point, and a minus before a number always is.
_SIGNS = re.compile(r"[^\w\s.,;:!?'\"’“”()&-]|_|(?<!\w)-")
_DIGIT = re.compile(r"\d")  # 10.30 and 10:30, 1.2 and 1,2 are not the same
_ARTICLES = listed("the a an")
_SPELT = re.compile(
    r"spell|spelt|capital letter|punctuat|hyphen|apostrophe|comma|syntax|formula|notation|symbol|"
    r"written|grammar|case",
    re.IGNORECASE,
)


@rule(
    "same-meaning",
    "Two options differ in nothing but capitals, punctuation or an article: if one is right, both "
    "are, and candidates can leave out both.",
    source=guideline(22),
)
def same_meaning(item: Item) -> Iterator[Span]:
    seen: dict[str, int] = {}
    for index, words in enumerate(item.option_words):
        meant = " ".join([w.lowered for w in words if w.lowered not in _ARTICLES])
        meant = meant.replace("-", " ")
        if len(meant) < 4 or _SIGNS.search(item.options[index]) or _DIGIT.search(meant):
            continue
        if meant in seen and not _SPELT.search(item.stem):
            says = f"Options {chr(65 + seen[meant])} and {chr(65 + index)} say the same."
            yield whole_option(item, index, says=says)
        seen.setdefault(meant, index)


LONG_OPENING = 16  # characters, where it is three words or fewer


@rule(
    "repeated-opening",
    "All options begin with the same words. Move them into the stem, so that they are read once.",
    source=guideline(13),
    severity=Severity.HINT,
)
def repeated_opening(item: Item) -> Iterator[Span]:
    plain = item.plain
    if len(plain) < 3 or item.is_true_false:
        return
    shared = 0
    for words in zip(*(item.option_words[index] for index in plain), strict=False):
        if len({word.lowered for word in words}) > 1:
            break
        shared += 1
    first = item.option_words[plain[0]][:shared]
    if first and (shared > 3 or first[-1].end >= LONG_OPENING) and not _is_name(item, first):
        yield Span(option_part(plain[0]), 0, first[-1].end)


def _is_name(item: Item, words: list[Word]) -> bool:
    """Whether a word inside has a capital, as in “The Legend of Zelda”: it cannot be moved."""
    option = item.options[item.plain[0]]
    inner = [option[word.start : word.end] for word in words[1:]]
    return any(word[0].isupper() and not word.isupper() for word in inner)
