"""What an event is, and who listens to it."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from core.actor import Actor


@dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """
    A fact in the past tense, carrying ids and plain JSON values only.

    Rows outlive deployments: add fields with a default, never rename or remove one.
    """

    name: ClassVar[str]

    def payload(self) -> dict[str, Any]:
        return asdict(self)


Subscriber = Callable[[Any, "Envelope"], None]
F = TypeVar("F", bound=Subscriber)


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What is known about an event besides the event itself. `occurred_at` is UTC."""

    event_id: str
    occurred_at: datetime
    actor: Actor
    correlation_id: str


_types: dict[str, type[DomainEvent]] = {}
_subscribers: dict[str, Subscriber] = {}
_by_event: dict[str, list[str]] = defaultdict(list)


def subscribe(event_type: type[DomainEvent]) -> Callable[[F], F]:
    """Register a function to be called, at least once, for every event of this type."""

    def register(function: F) -> F:
        app = function.__module__.partition(".")[0]
        name = f"{app}.{function.__name__}"
        if name in _subscribers:
            raise ValueError(f"Two subscribers are called {name}.")
        _types[event_type.name] = event_type
        _subscribers[name] = function
        _by_event[event_type.name].append(name)
        return function

    return register


def subscribers_of(event_name: str) -> list[str]:
    return _by_event.get(event_name, [])


def subscriber(name: str) -> Subscriber:
    return _subscribers[name]


def rebuild(event_name: str, payload: dict[str, Any]) -> DomainEvent:
    return _types[event_name](**payload)
