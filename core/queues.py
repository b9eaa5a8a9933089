"""
The queues, from the table that the deployment shares, and who takes in their messages.

`deploy/queues.json` names two kinds. Celery writes and reads `celery-APP`, one for each app; states
and other services send plain JSON to the others, and `manage.py consume` reads those.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from django.conf import settings

TABLE = Path(__file__).resolve().parent.parent / "deploy" / "queues.json"

Kind = Literal["celery", "messages"]
Handler = Callable[[Mapping[str, dict[str, Any]]], None]
H = TypeVar("H", bound=Handler)
Check = Callable[[dict[str, Any]], object]
C = TypeVar("C", bound=Check)

LARGEST = 256 * 1024  # bytes of a body; SQS takes no larger ones


class NotYet(Exception):
    """Raised by a handler for a message whose time has not come: later, and no fault of its own."""


@dataclass(frozen=True, kw_only=True)
class Queue:
    """
    One queue and how long its messages may take, in seconds.

    `visibility` hides a message from other readers, `time_limit` ends the work on it before that
    is over; after `receives` readings SQS itself moves it to the queue of dead letters.
    """

    name: str
    kind: Kind
    time_limit: int
    visibility: int
    receives: int

    @property
    def dead_letters(self) -> str:
        """The name of the queue that takes what could not be handled."""
        return f"{self.name}-dead"


def _read(table: Path) -> dict[str, Queue]:
    kinds = json.loads(table.read_text(encoding="utf-8"))
    return {
        name: Queue(
            name=name,
            kind=kind,
            time_limit=row["time_limit"],
            visibility=row["visibility"],
            receives=row["receives"],
        )
        for kind, row in kinds.items()
        for name in row["queues"]
    }


QUEUES: Mapping[str, Queue] = MappingProxyType(_read(TABLE))

# By app: the queue of the Celery tasks that its name begins.
CELERY_QUEUES: Mapping[str, Queue] = MappingProxyType(
    {
        name.removeprefix("celery-"): queue
        for name, queue in QUEUES.items()
        if queue.kind == "celery"
    }
)

_handlers: dict[str, Handler] = {}
_terms: dict[str, "Terms"] = {}


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a body must be like before its queue's handler sees it; `largest` is in bytes."""

    check: Check = bool
    largest: int = LARGEST


def url(name: str) -> str:
    """The address of the queue of this name on SQS."""
    return f"{settings.QUEUE_URL_BASE}{settings.QUEUE_PREFIX}{name}"


def handles(queue: str) -> Callable[[H], H]:
    """
    Register a function for the messages of a queue: it gets their bodies by message id.

    Each message comes at least once, outside any transaction. If the function raises, each of
    them comes alone; alone, outbox.events.Permanent gives a message up at once, and after any
    other exception it is tried again later.
    """

    def register(function: H) -> H:
        if queue in _handlers:
            raise ValueError(f"Two handlers want the messages of {queue}.")
        _handlers[queue] = function
        return function

    return register


def handler(queue: str) -> Handler | None:
    """Whoever registered for the queue, if anybody did."""
    return _handlers.get(queue)


def checks(queue: str, *, largest: int = LARGEST) -> Callable[[C], C]:
    """
    Register a function that reads one body and raises outbox.events.Permanent for a foreign one.

    A message that fails it, or has more bytes, does not spoil the batch it came in. The function
    asks nobody; what it returns is not used.
    """

    def register(function: C) -> C:
        if queue in _terms:
            raise ValueError(f"Two functions want to check the messages of {queue}.")
        _terms[queue] = Terms(check=function, largest=largest)
        return function

    return register


def terms(queue: str) -> Terms:
    """What was registered for the queue; any object of any size if nothing was."""
    return _terms.get(queue, Terms())
