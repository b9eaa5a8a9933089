"""
What an id stands for, and whether somebody may see it.

Apps that know a kind of thing register for it; apps above ask here and need not know them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from accounts.models import User


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One thing as people know it; `url` is the path of its page, empty where it has none."""

    title: str
    url: str = ""


Describer = Callable[[User, Sequence[str]], Mapping[str, Thing]]
D = TypeVar("D", bound=Describer)

_describers: dict[str, Describer] = {}


def describes(kind: str) -> Callable[[D], D]:
    """
    Register for a kind, such as "question": `def f(user, ids) -> {id: Thing}`, in one query.

    Ids that are unknown, malformed, or not for this person to see are left out of its answer.
    """

    def register(function: D) -> D:
        if kind in _describers:
            raise ValueError(f"Two describe the kind {kind}.")
        _describers[kind] = function
        return function

    return register


def described(user: User, things: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Thing]:
    """Those of the (kind, id) pairs that this person may see, one query a kind."""
    by_kind: dict[str, list[str]] = {}
    for kind, thing in things:
        by_kind.setdefault(kind, []).append(thing)
    return {
        (kind, found): thing
        for kind, ids in by_kind.items()
        if kind in _describers
        for found, thing in _describers[kind](user, ids).items()
    }


def may_see(user: User, kind: str, thing: str) -> bool:
    return (kind, thing) in described(user, [(kind, thing)])


def uuids(ids: Iterable[str]) -> list[UUID]:
    """Those of the ids that are written as ours are; whatever else an id may be is none of ours."""
    found = []
    for written in ids:
        try:
            parsed = UUID(written)
        except ValueError:
            continue
        if str(parsed) == written:
            found.append(parsed)
    return found


def numbers(ids: Iterable[str]) -> list[int]:
    """Those of the ids that are positive whole numbers as a table counts its rows."""
    return [int(one) for one in ids if one.isascii() and one.isdigit() and len(one) < 19]
