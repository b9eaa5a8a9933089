"""What is looked for, as a tree: combined from places, and as a condition of the database."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import TypeAlias

from audit.search import places

Condition: TypeAlias = "Term | Prefix | Every | Either | Without | Among"
# The places of a term in the segment at hand, and of all terms that begin so.
Read = Callable[["Term | Prefix | Among"], int]


@dataclass(frozen=True, slots=True)
class Term:
    """Entries with this term."""

    name: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """Entries with a term that begins so."""

    start: str

    @property
    def end(self) -> str:
        """The first term after all that begin so, in the order of bytes."""
        return self.start[:-1] + chr(ord(self.start[-1]) + 1)


@dataclass(frozen=True, slots=True)
class Among:
    """These very entries, by segment."""

    by_segment: Mapping[int, int] = field(hash=False)
    # Below this one nobody looked.
    floor: int = 0


@dataclass(frozen=True, slots=True)
class Every:
    """
    Entries that fit all of these.

    `in_order` says that the words must also stand one after the other, which places do not tell:
    what they give has to be looked at.
    """

    parts: tuple["Condition", ...]
    in_order: bool = False


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Without:
    part: "Condition"


def found(condition: Condition, read: Read) -> int:
    """The places of the segment at hand that fit, or may fit where is_exact says no."""
    match condition:
        case Every(parts):
            return reduce(and_, (found(part, read) for part in parts), places.EVERYWHERE)
        case Either(parts):
            return reduce(or_, (found(part, read) for part in parts), 0)
        case Without(part) if is_exact(part):
            return places.EVERYWHERE & ~found(part, read)
        case Without():
            return places.EVERYWHERE
        case leaf:
            return read(leaf)


def is_exact(condition: Condition) -> bool:
    """Whether places alone tell what fits."""
    match condition:
        case Every(parts, in_order):
            return not in_order and all(map(is_exact, parts))
        case Either(parts):
            return all(map(is_exact, parts))
        case Without(part):
            return is_exact(part)
        case _:
            return True


def leaves(conditions: Sequence[Condition]) -> Iterator[Term | Prefix | Among]:
    """What has to be read of each segment."""
    for condition in conditions:
        match condition:
            case Every(parts) | Either(parts):
                yield from leaves(parts)
            case Without(part):
                yield from leaves([part])
            case leaf:
                yield leaf
