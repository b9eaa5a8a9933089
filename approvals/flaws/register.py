"""What a rule is. `approvals.flaws.rules` lists all of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from approvals.flaws.items import QUESTION_TEXT, Item, option_part


class Severity(StrEnum):
    """FLAW: mend it unless there is a reason not to. HINT: look at it."""

    FLAW = "FLAW"
    HINT = "HINT"


@dataclass(frozen=True, slots=True)
class Span:
    """A place in one part of the question; `says` and `severity` where they are special to it."""

    part: str
    start: int
    end: int
    says: str = ""
    severity: Severity | None = None


Look = Callable[[Item], Iterator[Span]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of item writing: `name` for policies and programs, `sentence` for people."""

    name: str
    sentence: str
    severity: Severity
    source: str
    look: Look


def rule(
    name: str, sentence: str, *, source: str, severity: Severity = Severity.FLAW
) -> Callable[[Look], Rule]:
    """Make a rule of the function that looks for what goes against it."""

    def made(look: Look) -> Rule:
        return Rule(name=name, sentence=sentence, severity=severity, source=source, look=look)

    return made


def in_stem(start: int, end: int, *, says: str = "", severity: Severity | None = None) -> Span:
    return Span(QUESTION_TEXT, start, end, says, severity)


def whole_option(item: Item, index: int, *, says: str = "") -> Span:
    return Span(option_part(index), 0, len(item.options[index]), says)
