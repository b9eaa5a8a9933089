"""Rules about the question's text."""

import re
from collections.abc import Iterator
from itertools import islice

from approvals.flaws.items import Item, Word, listed
from approvals.flaws.register import Severity, Span, in_stem, rule
from approvals.flaws.sources import TAXONOMY, guideline

_NEGATIVE = re.compile(
    r"\b(?:not|never|cannot|(?:is|are|was|were|do|does|did|has|have|had|ca|wo|would|could|should)"
    r"n['’]?t|(?<!\bat )least (?:likely|probable|appropriate|suitable|true|accurate|effective|"
    r"useful|important|typical|consistent|plausible)|untrue|incorrect|false|wrong)\b",
    re.IGNORECASE,
)
_TELLTALE = re.compile(r"[nN][oO'’]?[tT]|(?i:never|least|false|correct|wrong|true)")
_EXCEPT = re.compile(
    r"\b(?:except|excepting|excluding)(?= (?:for )?(?:which|what|(?:this |the )?one)\b|\W*$)",
    re.IGNORECASE,
)
_WRONG_ONE = re.compile(
    r"(?:\b(?:incorrect|false|untrue|wrong)(?= (?:statement|option|one)\b)"
    r"|(?<=\bthe )(?:incorrect|wrong)(?= answer\b))",
    re.IGNORECASE,
)
# Whoever reads these knows that one of several is to be picked.
_ONE_OF_SEVERAL = listed("these those following below one")
_ASKING = listed("which what who whom where")
_RELATIVE = listed("that who which whose but")
_EXCEPTING = frozenset(("except", "excepting", "excluding"))
_JUDGING = frozenset(("untrue", "incorrect", "false", "wrong"))
_ASIDE = re.compile(
    r" (?:only|just|until|yet|merely|necessarily|to be confused|to mention|counting|including)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?:]['\"”’)]*\s+(?=[A-Z\"“‘(])")
MOST_NEGATIVES = 5  # whoever writes more of them is past help by this rule
MOST_WORDS_BETWEEN = 12  # from “which” to the “not” that belongs to it
MOST_WORDS_BEFORE = 30  # likewise from “these”
MOST_WORDS_AFTER = 8


@rule(
    "negative-stem",
    "The stem asks for what does not hold. Candidates who know the matter overlook that; ask for "
    "what holds.",
    source=guideline(17),
)
def negative_stem(item: Item) -> Iterator[Span]:
    if not item.is_english or item.is_true_false:
        return
    for pattern, words in ((_EXCEPT, _EXCEPTING), (_WRONG_ONE, _JUDGING)):
        if not words.isdisjoint(item.stem_vocabulary) and (found := pattern.search(item.stem)):
            yield _negative(item.stem, found)
            return
    if _TELLTALE.search(item.stem) is None:
        return
    begins = _last_sentence(item.stem)
    for found in islice(_NEGATIVE.finditer(item.stem, begins), MOST_NEGATIVES):
        if _turns_round(item, found, begins):
            yield _negative(item.stem, found)
            return


def _turns_round(item: Item, found: re.Match[str], begins: int) -> bool:
    """Whether this word makes the candidate look for the exception, and is no aside."""
    before = [word for word in item.stem_words if begins <= word.start < found.start()]
    if _is_aside(item.stem, found, begins, before):
        return False
    earlier = {word.lowered for word in before[-MOST_WORDS_BEFORE:]}
    if found[0].lower() in _JUDGING:
        return bool(earlier & (_ONE_OF_SEVERAL | {"which"}))
    after = [word.lowered for word in item.stem_words if word.start >= found.end()]
    if earlier & _ONE_OF_SEVERAL or not _ONE_OF_SEVERAL.isdisjoint(after[:MOST_WORDS_AFTER]):
        return True
    asking = [word for word in before[-MOST_WORDS_BETWEEN:] if word.lowered in _ASKING]
    if asking:
        return "," not in item.stem[asking[-1].end : found.start()]
    ends_in_asking = 0 < len(after) <= MOST_WORDS_AFTER and after[-1] in _ASKING
    return ends_in_asking and "," not in item.stem[found.end() :]


def _is_aside(stem: str, found: re.Match[str], begins: int, before: list[Word]) -> bool:
    """“Not only”, “(not counting …)”, and what a relative clause says: “an animal that is not”."""
    at = found.start()
    in_brackets = stem.count("(", begins, at) > stem.count(")", begins, at)
    in_a_clause = any(word.lowered in _RELATIVE for word in before[1:][-2:])
    in_a_condition = bool(before) and before[-1].lowered in ("if", "when", "or", "though")
    is_a_title = found[0].istitle() and bool(before)
    is_qualified = _ASIDE.match(stem, found.end()) is not None
    return in_brackets or in_a_clause or in_a_condition or is_a_title or is_qualified


def _negative(stem: str, found: re.Match[str]) -> Span:
    word = found[0]
    around = stem[max(0, found.start() - 2) : found.start()] + stem[found.end() : found.end() + 2]
    if word.isupper() or any(mark in around for mark in "*_<"):
        says = (
            f"The stem asks for what does not hold. “{word}” stands out, which helps; asking for "
            "what holds is safer still."
        )
        return in_stem(found.start(), found.end(), says=says, severity=Severity.HINT)
    says = (
        f"The stem asks for what does not hold, and “{word}” is easily overlooked. Ask for what "
        "holds, or write the word in capitals."
    )
    return in_stem(found.start(), found.end(), says=says)


def _last_sentence(stem: str) -> int:
    """Where the sentence starts that asks: the last one that is more than a remark."""
    begins = 0
    for end in _SENTENCE_END.finditer(stem):
        if len(stem) - end.end() > 12:
            begins = end.end()
    return begins


_BLANK = re.compile(r"_{2,}|(?<=\s)\.{5,}(?=\s)|(?<=\s)…{2,}(?=\s)|\[\s{0,9}\]")


@rule(
    "blank-inside",
    "The blank stands inside the stem, so that everything around it is read twice. Put it at the "
    "end, or ask a question.",
    source=TAXONOMY,
    severity=Severity.HINT,
)
def blank_inside(item: Item) -> Iterator[Span]:
    blank = _BLANK.search(item.stem)
    if blank is None or _is_in_a_sequence(item.stem, blank):
        return
    if sum(word.start >= blank.end() for word in item.stem_words) > 2:
        yield in_stem(blank.start(), blank.end())


def _is_in_a_sequence(stem: str, blank: re.Match[str]) -> bool:
    """Whether numbers stand on both sides, as in “3, 6, ___, 24”: there it has to be inside."""
    before = stem[max(0, blank.start() - 12) : blank.start()].rstrip(" ,;+-=")
    after = stem[blank.end() : blank.end() + 12].lstrip(" ,;+-=")
    return before[-1:].isdigit() or after[:1].isdigit()


_ORDERS = listed(
    "name find solve choose select complete identify calculate compute simplify evaluate give "
    "define translate match pick mark guess add divide multiply subtract factor factorise "
    "convert round list spell true correct"
)
FEWEST_WORDS = 4  # “Mercury is” asks nothing; “The capital of France is” does


@rule(
    "unfocused-stem",
    "The stem asks nothing yet: one has to read the options to see what is wanted. Put the whole "
    "question into the stem.",
    source=guideline(15),
)
def unfocused_stem(item: Item) -> Iterator[Span]:
    words = item.stem_words
    if len(words) >= FEWEST_WORDS or item.asks or item.has_files or item.is_true_false:
        return
    if words and words[0].lowered not in _ORDERS and _is_plain_prose(item.stem):
        yield in_stem(0, len(item.stem))


def _is_plain_prose(stem: str) -> bool:
    """Letters only: a formula is a question, and other scripts have words that are longer."""
    return stem.isascii() and stem.rstrip(".:").replace(" ", "").replace("-", "").isalpha()
