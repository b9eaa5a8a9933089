"""Which states a state leads to."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Edge:
    """
    A way from one state to another.

    `kind` is next, choice, default or catch; `place` says where the document names the target.
    """

    source: str
    target: Any
    kind: str
    place: str
    detail: Any = None


def edges(states: dict[str, Any]) -> list[Edge]:
    """Every way that the states of a document name, in the order of the document."""
    return [edge for name, fields in states.items() for edge in _from(name, fields)]


def _from(name: str, fields: dict[str, Any]) -> list[Edge]:
    found = []
    if "Next" in fields:
        found.append(Edge(name, fields["Next"], "next", "Next"))
    for kind, field in (("choice", "Choices"), ("catch", "Catch")):
        for number, rule in enumerate(_list(fields.get(field))):
            if isinstance(rule, dict) and "Next" in rule:
                found.append(Edge(name, rule["Next"], kind, f"{field}[{number}].Next", rule))
    if "Default" in fields:
        found.append(Edge(name, fields["Default"], "default", "Default"))
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def reachable(start: str, ways: list[Edge]) -> set[str]:
    """The names of all states that can be come to from `start`, with itself."""
    seen, waiting = {start}, [start]
    while waiting:
        name = waiting.pop()
        for edge in ways:
            if edge.source == name and isinstance(edge.target, str) and edge.target not in seen:
                seen.add(edge.target)
                waiting.append(edge.target)
    return seen
