"""
Where the keys of a file or paper stand: whether they crowd at one position or run long.

Guessers use both: authors like the middle, and readers mistrust the fourth B in a row.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log

from approvals.content import QuestionContent
from approvals.flaws.items import key_of
from approvals.flaws.sources import POSITIONS

# In so many fair papers, less than one would be noted for one of these.
ONE_IN = 1000
# A share may also be beyond chance and yet of no use to a guesser: in thousands of questions.
CROWDED = 1.25
FEWEST_QUESTIONS = 8


@dataclass(frozen=True, slots=True)
class Crowd:
    """
    More keys at one position than chance puts there, among questions with `options` options.

    `chance` is the probability of so many or more in a fair paper, for any of its positions.
    """

    letter: str
    options: int
    questions: int
    keys: int
    chance: float
    says: str


@dataclass(frozen=True, slots=True)
class Run:
    """
    The same position `length` times on end, from the `first` question on, counted from 1.

    Those in between that have two options are passed over.
    """

    letter: str
    first: int
    length: int
    chance: float
    says: str


@dataclass(frozen=True, slots=True)
class KeyPositions:
    """`counts` is how many keys each position has, A first; what is noteworthy, with a source."""

    questions: int
    counts: tuple[int, ...]
    crowds: tuple[Crowd, ...]
    run: Run | None
    source: str = POSITIONS


def key_positions(contents: Iterable[QuestionContent]) -> KeyPositions:
    """
    Where the keys stand, in the order in which the questions come.

    A position is crowded if the exact binomial probability of so many keys or more, times the
    number of positions looked at (Bonferroni), is below 1 in 1,000, and it has a quarter more than
    its share. For a run the bound is: places where one can begin × the probability that all its
    further keys fall where the first did. True-or-false questions have no say in their order and
    are left out, as long as there are others.
    """
    return judged([placed(content) for content in contents])


def placed(content: QuestionContent) -> tuple[int, int]:
    """What `judged` has to know of a question."""
    return len(content.options), key_of(content)


def judged(pairs: Sequence[tuple[int, int]]) -> KeyPositions:
    """The same from (number of options, index of the key) for each question."""
    several = [pair for pair in pairs if pair[0] > 2]
    numbers = [number for number, pair in enumerate(pairs, start=1) if pair[0] > 2]
    counts = Counter(position for _, position in several)
    return KeyPositions(
        questions=len(several),
        counts=tuple(counts[position] for position in range(max(counts, default=-1) + 1)),
        crowds=tuple(_crowds(several)),
        run=_longest_run(several, numbers),
    )


def _crowds(pairs: Sequence[tuple[int, int]]) -> Iterable[Crowd]:
    sizes = Counter(options for options, _ in pairs)
    looked_at = sum(
        options for options, questions in sizes.items() if questions >= FEWEST_QUESTIONS
    )
    for (options, position), keys in sorted(Counter(pairs).items()):
        questions = sizes[options]
        if questions < FEWEST_QUESTIONS or keys < CROWDED * questions / options:
            continue
        chance = min(1.0, looked_at * at_least(keys, questions, 1 / options))
        if chance < 1 / ONE_IN:
            yield _crowd(chr(65 + position), options, questions, keys, chance)


def _crowd(letter: str, options: int, questions: int, keys: int, chance: float) -> Crowd:
    says = (
        f"{letter} is the key of {keys:,} of the {questions:,} questions with {options} options; "
        f"about {questions / options:,.0f} would be its share. By chance this happens "
        f"{_odds(chance)}."
    )
    return Crowd(letter, options, questions, keys, chance, says)


def _longest_run(pairs: Sequence[tuple[int, int]], numbers: Sequence[int]) -> Run | None:
    best, first = (0, 0), 0
    for at, (_, position) in enumerate(pairs):
        if position != pairs[first][1]:
            first = at
        best = max(best, (at - first + 1, -first))
    length, first = best[0], -best[1]
    if length < 2:
        return None
    further = sum(log(pairs[at][0]) for at in range(first + 1, first + length))
    chance = min(1.0, exp(log(len(pairs) - length + 1) - further))
    if chance >= 1 / ONE_IN:
        return None
    letter = chr(65 + pairs[first][1])
    says = (
        f"{letter} is the key {length:,} times on end, from question {numbers[first]:,} on. By "
        f"chance this happens {_odds(chance)}."
    )
    return Run(letter, numbers[first], length, chance, says)


def at_least(keys: int, questions: int, share: float) -> float:
    """The probability of so many successes or more in independent trials, by the binomial."""
    term = exp(
        lgamma(questions + 1)
        - lgamma(keys + 1)
        - lgamma(questions - keys + 1)
        + keys * log(share)
        + (questions - keys) * log(1 - share)
    )
    total = 0.0
    odds = share / (1 - share)
    while keys <= questions and term > total * 1e-12:
        total += term
        term *= (questions - keys) / (keys + 1) * odds
        keys += 1
    return min(1.0, total)


def _odds(chance: float) -> str:
    if chance < 1e-6:
        return "less than once in a million papers"
    return f"once in {round(1 / chance, -3):,.0f} papers"
