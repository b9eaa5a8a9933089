"""
JSONPath as Step Functions uses it: `$`, `$.a.b`, `$['a']`, `$.a[0]`, `$.a[-1]`, `$.a[1:3]`,
`$.a[*]`, `$..a`, and `$$` for the context object. Filters and unions are refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

JSON = Any


class PathError(ValueError):
    """The text is not a path that is supported here."""


class NoMatch(LookupError):
    """The path leads nowhere in this document."""


@dataclass(frozen=True, slots=True)
class Slice:
    start: int | None
    stop: int | None


class Every:
    """The step `*`: every item of a list, every value of an object."""


@dataclass(frozen=True, slots=True)
class Descend:
    """The step `..name`: every value under that name, at any depth. `*` takes every value."""

    name: str


Step = str | int | Slice | type[Every] | Descend


@dataclass(frozen=True, slots=True)
class Path:
    """A parsed path. It is definite when it can lead to one place only."""

    text: str
    steps: tuple[Step, ...]
    context: bool

    @property
    def definite(self) -> bool:
        return all(isinstance(step, str | int) for step in self.steps)


_STEP = re.compile(
    r"""\.\.(?P<deep>\*|[^\W\d][\w-]*)
      | \.(?P<name>\*|[^\W\d][\w-]*)
      | \[(?P<index>-?\d{1,9})\]
      | \[(?P<start>-?\d{1,9})?:(?P<stop>-?\d{1,9})?\]
      | \[(?P<star>\*)\]
      | \[(?P<quote>['"])(?P<key>(?:(?!(?P=quote))[^\\]|\\.)*)(?P=quote)\]""",
    re.VERBOSE,
)


@lru_cache(maxsize=4096)
def parse(text: str) -> Path:
    """The path in `text`, or PathError with a reason."""
    context = text.startswith("$$")
    position = 2 if context else 1
    if not text.startswith("$"):
        raise PathError(f"{text!r} is not a path: it must begin with $.")
    steps: list[Step] = []
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None:
            raise PathError(f"{text!r} is not a supported path, from {text[position:]!r} on.")
        steps.append(_step(match))
        position = match.end()
    return Path(text, tuple(steps), context)


def parse_reference(text: str) -> Path:
    """A Reference Path: one place only, in the document and not in the context object."""
    path = parse(text)
    if path.context or not path.definite:
        raise PathError(f"{text!r} is not a reference path: it must name one place in the data.")
    return path


def _step(match: re.Match[str]) -> Step:
    found = match.groupdict()
    if found["deep"]:
        return Descend(found["deep"])
    if found["name"] == "*" or found["star"]:
        return Every
    if found["name"]:
        return found["name"]
    if found["index"]:
        return int(found["index"])
    if found["key"] is not None:
        return re.sub(r"\\(.)", r"\1", found["key"])
    start, stop = found["start"], found["stop"]
    return Slice(int(start) if start else None, int(stop) if stop else None)


def read(path: Path, document: JSON) -> JSON:
    """
    What the path leads to: one value for a definite path, else the list of all matches.

    Raises NoMatch when a definite path leads nowhere.
    """
    found = [document]
    for step in path.steps:
        found = [value for node in found for value in _follow(step, node)]
    if not path.definite:
        return found
    if not found:
        raise NoMatch(path.text)
    return found[0]


def _follow(step: Step, node: JSON) -> Iterator[JSON]:
    if isinstance(step, str):
        if isinstance(node, dict) and step in node:
            yield node[step]
    elif isinstance(step, int):
        if isinstance(node, list) and -len(node) <= step < len(node):
            yield node[step]
    elif isinstance(step, Slice):
        if isinstance(node, list):
            yield from node[step.start : step.stop]
    elif isinstance(step, Descend):
        yield from _below(step.name, node)
    else:
        yield from _children(node)


def _children(node: JSON) -> list[JSON]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []


def _below(name: str, node: JSON) -> Iterator[JSON]:
    # A stack of our own: data may be nested deeper than Python calls may.
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if name == "*":
            yield from _children(node)
        elif isinstance(node, dict) and name in node:
            yield node[name]
        waiting.extend(reversed(_children(node)))


def place(path: Path, document: JSON, value: JSON) -> JSON:
    """
    The document with `value` at a reference path; objects on the way are made when missing.

    The document given stays as it was. Raises NoMatch where the way is not through objects and
    existing list items.
    """
    return _place(path, path.steps, document, value)


def _place(path: Path, steps: tuple[Step, ...], node: JSON, value: JSON) -> JSON:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(step, str) and isinstance(node, dict):
        return node | {step: _place(path, rest, node.get(step, {}), value)}
    if isinstance(step, int) and isinstance(node, list) and 0 <= step < len(node):
        return [*node[:step], _place(path, rest, node[step], value), *node[step + 1 :]]
    raise NoMatch(path.text)
