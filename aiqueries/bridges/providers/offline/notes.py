"""Notes on a question, as a model would draft them: found by simple rules, quoted from it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

LONGEST_QUOTE = 120  # characters
LONG_SENTENCE = 20  # words
MOST_NOTES = 4

_VAGUE = re.compile(r"(?i)\b(usually|often|sometimes|some|may|might|best|most|generally)\b")
_GENDERED = re.compile(r"(?i)\b(he|she|his|her|him|chairman|businessman|housewife|mankind)\b")
_SENTENCE = re.compile(r"[^.?!\n]+[.?!]?")
_WORD = re.compile(r"\w+")

Note = dict[str, str]


def notes(question: Mapping[str, Any], digest: bytes) -> list[Note]:
    """
    Up to four notes on a question with `question_text`, `options` and `correct_answer`.

    Of one question in four they end with a note whose quote is not in it, as models make up some.
    """
    text = str(question.get("question_text") or "")
    options = [str(option) for option in _listed(question.get("options"))]
    key = str(question.get("correct_answer") or "")
    found = [*_of_text(text), *_of_options(options), *_of_key(key, options, digest)]
    if not found and text.strip():
        found.append(_note("AMBIGUITY", _clause(text, 0), "Is this all that is needed to answer?"))
    if digest[1] % 4 == 0:
        made_up = "all of these, unless stated otherwise below"
        found = [*found[: MOST_NOTES - 1], _note("AMBIGUITY", made_up, "This could be read twice.")]
    return found[:MOST_NOTES]


def _of_text(text: str) -> Iterator[Note]:
    if vague := _VAGUE.search(text):
        says = f"“{vague.group()}” leaves open how far; say when it holds."
        yield _note("AMBIGUITY", _clause(text, vague.start()), says)
    if gendered := _GENDERED.search(text):
        says = "Would the question be the same about anybody else?"
        yield _note("BIAS", _clause(text, gendered.start()), says)
    for sentence in _SENTENCE.finditer(text):
        words = len(_WORD.findall(sentence.group()))
        if words > LONG_SENTENCE:
            says = f"A sentence of {words} words is hard to read under time pressure."
            yield _note("READING_LEVEL", _clause(text, sentence.start()), says)
            return


def _of_options(options: list[str]) -> Iterator[Note]:
    """Two options of which one says all that the other says."""
    words = [set(_WORD.findall(option.lower())) for option in options]
    for index, option in enumerate(options):
        for other in range(len(options)):
            if index != other and words[index] and words[index] < words[other]:
                says = f"Whoever is right with “{options[other][:40]}” is right with this, too."
                yield _note("TWO_RIGHT", option[:LONGEST_QUOTE], says, part=f"options[{index}]")
                return


def _of_key(key: str, options: list[str], digest: bytes) -> Iterator[Note]:
    """Of one question in five the key is doubted: somebody has to look it up."""
    if key.strip() and key in options and digest[2] % 5 == 0:
        says = "Look this up: I could not tell why it is the only right answer."
        part = f"options[{options.index(key)}]"
        yield _note("WRONG_KEY", key[:LONGEST_QUOTE], says, part=part)


def _clause(text: str, at: int) -> str:
    """What stands there in the text, to the end of the sentence, just as it is written."""
    start = len(text) - len(text[at:].lstrip())
    sentence = _SENTENCE.match(text, start)
    return (sentence.group() if sentence else text[start:])[:LONGEST_QUOTE].rstrip()


def _note(kind: str, quote: str, says: str, *, part: str = "question_text") -> Note:
    return {"kind": kind, "part": part, "quote": quote, "says": says}


def _listed(options: object) -> list[Any]:
    return options if isinstance(options, list) else []
