"""Events as GetExecutionHistory has them, made into rows of our history; no token among them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from workflows.asl.definition import Definition as Machine
from workflows.asl.intrinsics import to_json
from workflows.asl.task import HIDDEN
from workflows.port import OpenToken
from workflows.selectors import Description
from workflows.stepfunctions.calls import clean, from_text

WAITS = ".waitForTaskToken"
TOKEN = "$$.Task.Token"  # noqa: S105 - a path, not a secret
ENDS = {
    "ExecutionSucceeded": "SUCCEEDED",
    "ExecutionFailed": "FAILED",
    "ExecutionTimedOut": "TIMED_OUT",
    "ExecutionAborted": "ABORTED",
}

Place = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Event:
    """A history event ready to be kept. `details` has Step Functions' own keys."""

    number: int
    previous: int
    type: str
    occurred_at: datetime
    details: dict[str, Any]

    @property
    def state_entered(self) -> str:
        """The state that was entered, or ""."""
        return str(self.details.get("name", "")) if self.type.endswith("StateEntered") else ""


def readable(found: Sequence[dict[str, Any]], machine: Machine) -> list[Event]:
    """
    The events with a word where the task tokens were.

    Where the definition puts tokens is known from its templates. If none is found in the
    parameters of a task that has one, another definition sent them, and they are left out whole.
    """
    places = list(_token_places(machine))
    tokens: set[str] = set()
    events = [_event(each, places, tokens) for each in found]
    return [_without(event, tokens) for event in events] if tokens else events


def _event(found: dict[str, Any], places: list[Place], tokens: set[str]) -> Event:
    details = dict(_details(found))
    if "parameters" in details and str(details.get("resource", "")).endswith(WAITS):
        details["parameters"] = _hidden(details["parameters"], places, tokens)
    return Event(
        number=found["id"],
        previous=_previous(found),
        type=found["type"],
        occurred_at=found["timestamp"].astimezone(UTC),
        details=details,
    )


def _details(found: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in found.items():
        if key.endswith("EventDetails"):
            for name, detail in value.items():
                # Whether data was cut short is said again when it is shown.
                if name not in ("inputDetails", "outputDetails"):
                    yield name, clean(detail) if isinstance(detail, str) else detail


def _previous(found: dict[str, Any]) -> int:
    number: int = found["id"]
    previous: int = found.get("previousEventId", number - 1)
    return previous if previous < number else 0


def _hidden(parameters: str, places: list[Place], tokens: set[str]) -> str:
    content = from_text(parameters)
    found = [value for place in places if isinstance(value := _at(content, place), str) and value]
    if not found:
        return to_json(HIDDEN)
    tokens.update(found)
    return to_json(_replaced(content, found))


def _without(event: Event, tokens: set[str]) -> Event:
    details = {name: _replaced(value, list(tokens)) for name, value in event.details.items()}
    return replace(event, details=details)


def _replaced(value: Any, tokens: Sequence[str]) -> Any:
    if isinstance(value, str):
        for token in tokens:
            value = value.replace(token, HIDDEN)
        return value
    if isinstance(value, dict):
        return {key: _replaced(part, tokens) for key, part in value.items()}
    if isinstance(value, list):
        return [_replaced(part, tokens) for part in value]
    return value


def _token_places(machine: Machine) -> Iterator[Place]:
    for state in machine.states.values():
        if state.waits_for_token:
            yield from _places(state.fields["Parameters"])


def _places(template: Any, before: Place = ()) -> Iterator[Place]:
    if isinstance(template, dict):
        for key, value in template.items():
            if key.endswith(".$") and isinstance(value, str):
                if TOKEN in value:
                    yield (*before, key[:-2])
            else:
                yield from _places(value, (*before, key))
    elif isinstance(template, list):
        for index, value in enumerate(template):
            yield from _places(value, (*before, index))


def _at(content: Any, place: Place) -> Any:
    for step in place:
        try:
            content = content[step]
        except (KeyError, IndexError, TypeError):
            return None
    return content


def open_token(newest_first: Sequence[dict[str, Any]], machine: Machine) -> OpenToken | None:
    """The token of the task that these last events leave waiting, and the message it is in."""
    for event in newest_first:
        if event["type"] == "TaskScheduled":
            return _token_in(event.get("taskScheduledEventDetails", {}), machine)
        if event["type"] not in ("TaskStarted", "TaskSubmitted"):
            break
    return None


def _token_in(details: dict[str, Any], machine: Machine) -> OpenToken | None:
    if not str(details.get("resource", "")).endswith(WAITS) or "parameters" not in details:
        return None
    parameters = json.loads(details["parameters"])
    body = parameters.get("MessageBody")
    body = json.loads(body) if isinstance(body, str) else body
    address = str(parameters.get("QueueUrl", "")).rstrip("/").rpartition("/")[2]
    queue = address.removeprefix(settings.QUEUE_PREFIX)
    for place in _token_places(machine):
        token = _at({**parameters, "MessageBody": body}, place)
        if isinstance(token, str) and isinstance(body, dict):
            return OpenToken(token=token, body=body, queue=queue)
    return None


def settled(found: Description, events: Sequence[Event]) -> Description:
    """
    The description with the end that the history tells of, if that is further on.

    DescribeExecution may lag behind: AWS calls it eventually consistent.
    """
    last = events[-1] if events else None
    if found.status != "RUNNING" or last is None or last.type not in ENDS:
        return found
    return replace(
        found,
        status=ENDS[last.type],
        output=from_text(last.details.get("output")) if "output" in last.details else None,
        error=last.details.get("error", ""),
        cause=last.details.get("cause", ""),
        stopped_at=last.occurred_at,
    )
