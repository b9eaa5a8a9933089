"""
What is wrong with a document, as lines that begin with the place.

Stricter than Step Functions on purpose: what this engine does not run is refused here by name,
and so is what it could only find out while running.
"""

from collections.abc import Iterator
from typing import Any

from workflows.asl.graph import edges, reachable
from workflows.asl.rules import FIELDS, TERMINAL, check_field, check_together

TOP = {"Comment", "StartAt", "States", "TimeoutSeconds", "Version", "QueryLanguage"}
NAME_LENGTH = 80
REFUSED_TYPES = {"Parallel", "Map"}


def problems(document: Any) -> Iterator[str]:
    """Every problem of the document, in its order."""
    if not isinstance(document, dict):
        yield "$: must be an object."
        return
    yield from _top(document)
    states = document.get("States")
    if not isinstance(states, dict) or not states:
        yield "States: must be an object with at least one state."
        return
    for name, fields in states.items():
        yield from _state(name, fields)
    if all(isinstance(fields, dict) for fields in states.values()):
        yield from _ways(document.get("StartAt"), states)


def _top(document: dict[str, Any]) -> Iterator[str]:
    for field in document.keys() - TOP:
        yield f"{field}: not supported."
    if document.get("QueryLanguage", "JSONPath") != "JSONPath":
        yield "QueryLanguage: only JSONPath is supported."
    if document.get("Version", "1.0") != "1.0":
        yield "Version: only 1.0 is supported."
    if not isinstance(document.get("StartAt"), str):
        yield "StartAt: must name a state."
    if "TimeoutSeconds" in document:
        yield from check_field("TimeoutSeconds", document["TimeoutSeconds"], "TimeoutSeconds")


def _state(name: str, fields: Any) -> Iterator[str]:
    place = f"States.{name}"
    if len(name) > NAME_LENGTH or not name:
        yield f"{place}: a state's name has 1 to {NAME_LENGTH} characters."
    if not isinstance(fields, dict):
        yield f"{place}: must be an object."
        return
    kind = fields.get("Type")
    if not isinstance(kind, str) or kind not in FIELDS:
        refused = isinstance(kind, str) and kind in REFUSED_TYPES
        yield f"{place}.Type: {kind if refused else repr(kind)} is not supported."
        return
    for field, value in fields.items():
        if field == "QueryLanguage" and value == "JSONPath":
            continue
        if field not in FIELDS[kind]:
            yield f"{place}.{field}: not supported."
        else:
            yield from check_field(field, value, f"{place}.{field}")
    yield from check_together(kind, fields, place)


def _ways(start: Any, states: dict[str, Any]) -> Iterator[str]:
    ways = edges(states)
    for edge in ways:
        if not isinstance(edge.target, str) or edge.target not in states:
            yield f"States.{edge.source}.{edge.place}: there is no state {edge.target!r}."
    if not isinstance(start, str):
        return
    if start not in states:
        yield f"StartAt: there is no state {start!r}."
        return
    seen = reachable(start, ways)
    for name in states:
        if name not in seen:
            yield f"States.{name}: cannot be reached from StartAt."
    if not any(_ends(states[name]) for name in seen if name in states):
        yield "States: no state that can be reached ends the execution."


def _ends(fields: dict[str, Any]) -> bool:
    return fields.get("Type") in TERMINAL or fields.get("End") is True
