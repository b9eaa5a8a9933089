"""Which states, branches and catchers of a document an execution came through."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from tests.parity.record import Event, Record
from workflows.asl.choice import holds
from workflows.asl.errors import matches
from workflows.asl.templates import View


def everything(document: Mapping[str, Any]) -> set[str]:
    """Each state, each branch of a Choice with its Default, each error name of each Catch."""
    return {place for name, fields in document["States"].items() for place in _of(name, fields)}


def _of(name: str, fields: Mapping[str, Any]) -> Iterator[str]:
    yield name
    for number, _ in enumerate(fields.get("Choices", ())):
        yield f"{name}.Choices[{number}]"
    if "Default" in fields:
        yield f"{name}.Default"
    for number, catcher in enumerate(fields.get("Catch", ())):
        for error in catcher["ErrorEquals"]:
            yield f"{name}.Catch[{number}] {error}"


def reached(document: Mapping[str, Any], record: Record) -> set[str]:
    """Those of them that the record shows."""
    places = set(record.path)
    events = [e for e in record.events if e.state or e.type in ("TaskFailed", "TaskTimedOut")]
    for before, event in pairwise(events):
        fields = document["States"].get(event.state, {})
        if event.type == "ChoiceStateExited":
            places.add(_branch(event, fields))
        if event.type == "TaskStateExited" and before.type in ("TaskFailed", "TaskTimedOut"):
            places.add(_catcher(event, fields))
    return places


def _branch(event: Event, fields: Mapping[str, Any]) -> str:
    """Two branches may lead to the same state: only the data tells which it was."""
    for number, rule in enumerate(fields["Choices"]):
        if holds(rule, View(event.data, {})):
            return f"{event.state}.Choices[{number}]"
    return f"{event.state}.Default"


def _catcher(event: Event, fields: Mapping[str, Any]) -> str:
    for number, catcher in enumerate(fields["Catch"]):
        error = event.data[catcher["ResultPath"].removeprefix("$.")]["Error"]
        for name in catcher["ErrorEquals"]:
            if matches(error, [name]):
                return f"{event.state}.Catch[{number}] {name}"
    raise AssertionError(f"Nothing in {event.state} catches what was caught.")
