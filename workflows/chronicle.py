"""A history as people read it: one line an event, its data laid out."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflows.models import HistoryEvent

_LOOKS = {
    "ExecutionStarted": ("play", ""),
    "ExecutionSucceeded": ("circle-check", "ok"),
    "ExecutionFailed": ("circle-x", "bad"),
    "ExecutionTimedOut": ("hourglass", "late"),
    "ExecutionAborted": ("ban", ""),
    "TaskSucceeded": ("check", "ok"),
    "TaskFailed": ("x", "late"),
    "TaskTimedOut": ("hourglass", "late"),
    "TaskScheduled": ("calendar", ""),
    "TaskStarted": ("play", ""),
    "TaskSubmitted": ("send", ""),
    "TaskStartFailed": ("x", "late"),
    "TaskSubmitFailed": ("x", "late"),
    "ExecutionRedriven": ("play", ""),
}
_DATA = ("input", "output", "parameters")


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `details` are pairs of a name and text."""

    number: int
    type: str
    at: datetime
    about: str
    icon: str
    look: str
    details: list[tuple[str, str]]


def tell(history: Iterable[HistoryEvent]) -> list[Entry]:
    """The lines of a history."""
    return [_entry(event) for event in history]


def _entry(event: HistoryEvent) -> Entry:
    icon, look = _LOOKS.get(event.type, ("chevron-right", ""))
    return Entry(
        number=event.number,
        type=event.type,
        at=event.occurred_at,
        about=_about(event.details),
        icon=icon,
        look=look,
        details=list(_details(event.details)),
    )


def _about(details: dict[str, Any]) -> str:
    return str(details.get("name") or details.get("error") or details.get("resource") or "")


def _details(details: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in details.items():
        if name in _DATA:
            yield name, _laid_out(value)
        elif name != "name":
            yield name, str(value)


def _laid_out(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:  # another engine's history may hold data that was cut short
        return text
