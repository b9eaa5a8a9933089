"""Rules about options that are numbers or ranges."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, nextafter

from approvals.flaws.items import Item, listed
from approvals.flaws.register import Severity, Span, rule, whole_option
from approvals.flaws.sources import guideline

LONGEST = 60  # characters; what is longer is a sentence
_NUMBER = r"[-+−]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,10})?"
_FIND = re.compile(_NUMBER)
_SCALE = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_BETWEEN = re.compile(
    rf"(?:(?P<between>between )|from )?(\D{{0,3}})({_NUMBER})(\D{{0,20}}?)\s?(?P<to>-|–|—|to|and|"
    rf"through)\s?(\D{{0,3}}?)({_NUMBER})(\D{{0,30}})",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"(?:(more than|over|above|greater than|>)|(at least|>=|≥)|"
    r"(less than|under|below|fewer than|<)|(?:at most|up to|<=|≤))\s*"
    rf"(\D{{0,3}})({_NUMBER})(\D{{0,30}})",
    re.IGNORECASE,
)
_SINGLE = re.compile(rf"(\D{{0,20}}?)({_NUMBER})(\D{{0,30}})")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, or a range whose ends are part of it; `unit` is the text around it."""

    low: float
    high: float
    unit: str

    @property
    def is_range(self) -> bool:
        return self.low != self.high


def amount_in(option: str) -> Amount | None:
    """What the option says, if it is one number or one range and nothing besides a unit."""
    if len(option) > LONGEST or not any(map(str.isdigit, option)):
        return None
    text = option.strip().rstrip(".")
    if found := _OPEN.fullmatch(text):
        return _open_range_in(found)
    if found := _BETWEEN.fullmatch(text):
        return _range_in(found)
    # In B12 or d20 the number is part of a name.
    if (found := _SINGLE.fullmatch(text)) and not found[1][-1:].isalpha():
        value = _value(found[2], found[3])
        return Amount(value, value, _unit(found[1], found[3]))
    return None


def _open_range_in(found: re.Match[str]) -> Amount:
    above, from_, below, before, digits, after = found.groups()
    value, unit = _value(digits, after), _unit(before, after)
    if above or from_:
        return Amount(nextafter(value, inf) if above else value, inf, unit)
    return Amount(-inf, nextafter(value, -inf) if below else value, unit)


def _range_in(found: re.Match[str]) -> Amount | None:
    between, before, first, middle, to, _, second, after = found.groups()
    if (to.lower() == "and") != bool(between) or _unit("", middle) not in ("", _unit("", after)):
        return None
    low, high = _value(first, middle or after), _value(second.lstrip("-"), after)
    return Amount(low, high, _unit(before, after)) if low < high else None


def _value(digits: str, after: str) -> float:
    value = float(digits.replace(",", "").replace("−", "-"))
    first = after.split()[:1]
    return value * _SCALE.get(first[0].lower().strip(".,"), 1) if first else value


def _unit(before: str, after: str) -> str:
    words = [word.strip(".,").lower() for word in f"{before} {after}".split()]
    return " ".join(word.removesuffix("s") for word in words if word not in _SCALE)


def amounts_of(item: Item) -> dict[int, Amount]:
    """The plain options by index, if all of them are amounts of the same unit; else nothing."""
    found: dict[int, Amount] = {}
    for index in item.plain:
        amount = amount_in(item.options[index])
        if amount is None:
            return {}
        found[index] = amount
    return found if len({amount.unit for amount in found.values()}) == 1 else {}


_RESULTS = re.compile(r"\b(?:score|ratio|odds|proportion|result|won|beat)", re.IGNORECASE)


@rule(
    "overlapping-options",
    "Ranges overlap: one value is right by two options, or one option can be right only if another "
    "is. Let each value fall into one range.",
    source=guideline(22),
)
def overlapping_options(item: Item) -> Iterator[Span]:
    amounts = amounts_of(item)
    if not any(amount.is_range for amount in amounts.values()) or _RESULTS.search(item.stem):
        return
    ordered = sorted(amounts.items(), key=lambda each: (each[1].low, each[1].high))
    reach, reaches = -inf, -1
    for index, amount in ordered:
        if reaches >= 0 and amount.low <= reach:
            first, second = sorted((reaches, index))
            says = (
                f"Options {chr(65 + first)} and {chr(65 + second)} overlap: a value in both is "
                "right twice. Let each value fall into one range."
            )
            yield whole_option(item, second, says=says)
            return
        if amount.high > reach:
            reach, reaches = amount.high, index


@rule(
    "unsorted-numbers",
    "The options are numbers in no order. In ascending order they are found faster, and their "
    "order tells nothing.",
    source=guideline(21),
    severity=Severity.HINT,
)
def unsorted_numbers(item: Item) -> Iterator[Span]:
    amounts = amounts_of(item)
    lows = [amount.low for amount in amounts.values()]
    if len(lows) < 3 or lows in (sorted(lows), sorted(lows, reverse=True)):
        return
    previous = -inf
    for index, amount in amounts.items():
        if amount.low < previous:
            yield whole_option(item, index)
            return
        previous = amount.low


_NUMBER_WORDS = listed(
    "no none zero one two three four five six seven eight nine ten eleven twelve dozen "
    "hundred thousand million billion half quarter once twice both neither all infinity "
    "infinite unknown never"
)


@rule(
    "odd-one-out",
    "One option is words where all others are numbers, or a number among words. What does not "
    "belong is picked or passed over for its looks.",
    source=guideline(23),
    severity=Severity.HINT,
)
def odd_one_out(item: Item) -> Iterator[Span]:
    plain = item.plain
    if len(plain) < 4:
        return
    numbers = [i for i in plain if _is_bare_number(item.options[i])]
    wordy = [
        i
        for i in plain
        if not any(map(str.isdigit, item.options[i])) and not _says_a_number(item, i)
    ]
    if len(numbers) + len(wordy) != len(plain) or 1 not in (len(numbers), len(wordy)):
        return
    (odd,) = numbers if len(numbers) == 1 else wordy
    yield whole_option(item, odd)


def _is_bare_number(option: str) -> bool:
    return len(option) <= LONGEST and _FIND.fullmatch(option.strip(" .$€£%")) is not None


def _says_a_number(item: Item, index: int) -> bool:
    return any(word.lowered in _NUMBER_WORDS for word in item.option_words[index])
