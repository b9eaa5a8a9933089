"""What an engine says happened, without what may differ: ids, times, accounts, tokens."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

_ARN = re.compile(r"^(arn:aws:(?:states|iam):)[^:]*:\d+:")
_MOMENT = re.compile(r"^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
_TOKEN_KEY = "task_token"
_FACTS = ("resourceType", "resource", "timeoutInSeconds", "heartbeatInSeconds", "error")
# Said by the engines in their own words about what the States Language only names.
OWN_WORDS = "(the engine's own words)"


@dataclass(frozen=True)
class Told:
    """One event as an engine tells it."""

    number: int
    previous: int
    type: str
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Event:
    """One event: its type, the state it names, and the data that went in or came out."""

    type: str
    state: str = ""
    data: Any = None


@dataclass(frozen=True)
class Record:
    """
    One execution from its start to its end, as an engine tells it.

    `small_print` is what stands beside: each event's number, the one before, and what a task was
    given. It is no part of `lines`, for an emulator that leaves events out numbers them anew.
    """

    status: str
    events: tuple[Event, ...]
    output: Any = None
    error: str = ""
    cause: str = ""
    sent: tuple[tuple[str, Any], ...] = ()
    refused: tuple[str, ...] = ()
    small_print: tuple[Any, ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        return tuple(event.type for event in self.events)

    @property
    def path(self) -> tuple[str, ...]:
        """The states in the order in which they were entered."""
        return tuple(e.state for e in self.events if e.type.endswith("StateEntered"))

    def with_events(self, events: Iterable[Event]) -> "Record":
        return replace(self, events=tuple(events))

    def lines(self) -> list[str]:
        """All of it, a line each, so that two records can be compared and the rest be seen."""
        ended = {"status": self.status, "error": self.error, "cause": self.cause}
        return [
            *(f"{e.type} {e.state} {_text(e.data)}" for e in self.events),
            *(f"sent {_text(sent)}" for sent in self.sent),
            *(f"refused {code}" for code in self.refused),
            *(f"{name} {said}" for name, said in ended.items()),
            f"output {_text(self.output)}",
        ]


def record(
    *,
    status: str,
    events: Iterable[Told],
    output: Any,
    error: str | None,
    cause: str | None,
    sent: Iterable[tuple[str, Any]],
    refused: Iterable[str] = (),
) -> Record:
    """A record of events and (queue, body) messages, made comparable."""
    error = error or ""
    events = list(events)
    return Record(
        status=status,
        events=tuple(_event(told) for told in events),
        output=_plain(output),
        error=error,
        cause=_cause(error, cause or ""),
        sent=tuple((queue, _plain(body)) for queue, body in sent),
        refused=tuple(refused),
        small_print=tuple(_small_print(told) for told in events),
    )


def token_in(body: Any) -> str | None:
    """The task token that a message carries."""
    return body.get(_TOKEN_KEY) if isinstance(body, dict) else None


def _small_print(told: Told) -> Any:
    facts = {name: told.details[name] for name in _FACTS if name in told.details}
    return [told.number, told.previous, told.type, facts]


def _event(told: Told) -> Event:
    kind, details = told.type, told.details
    if not kind.endswith(("StateEntered", "StateExited")):
        return Event(kind)
    text = details["input"] if "input" in details else details["output"]
    return Event(kind, details["name"], _plain(json.loads(text)))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return _plain_object(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return "(a moment)" if _is_about_now(value) else _ARN.sub(r"\1(here):", value)
    return value


def _plain_object(value: dict[str, Any]) -> dict[str, Any]:
    if "MessageId" in value:
        return {"MessageId": "(an id)"}
    if value.keys() == {"Error", "Cause"}:
        return {**value, "Cause": _cause(value["Error"], value["Cause"])}
    kept = {key: _plain(item) for key, item in value.items()}
    return kept | ({_TOKEN_KEY: "(a token)"} if _TOKEN_KEY in value else {})


def _is_about_now(text: str) -> bool:
    """Whether it is a time of this run, and not one that a case brings with it."""
    found = _MOMENT.match(text)
    now = datetime.now(UTC)
    days = {(now + timedelta(days=days)).date().isoformat() for days in (-1, 0, 1)}
    return found is not None and found[1] in days


def _cause(error: str, cause: str) -> str:
    return OWN_WORDS if error.startswith("States.") else cause


def _text(value: Any) -> str:
    """Text that tells 1 from 1.0 and from true, which Python does not."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
