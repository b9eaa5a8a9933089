"""What an event is, and who listens to it."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Literal, TypeVar, overload

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


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What is known about an event besides the event itself. `occurred_at` is UTC."""

    event_id: str
    occurred_at: datetime
    actor: Actor
    correlation_id: str


class Permanent(Exception):
    """Raised by a subscriber for which no later attempt can end otherwise: give up at once."""


class Later(Exception):
    """
    Raised by a subscriber that knows when trying again makes sense: not before `seconds` are over.

    Where it is not `counted` this was no failure: the other side is busy, and nobody asked it.
    """

    def __init__(self, message: str, *, seconds: float, counted: bool = True) -> None:
        super().__init__(message)
        self.seconds = seconds
        self.counted = counted


Single = Callable[[Any, Envelope], None]
Batch = Callable[[Sequence[tuple[Any, Envelope]]], None]
S = TypeVar("S", bound=Single)
B = TypeVar("B", bound=Batch)


@dataclass(frozen=True)
class Subscription:
    """
    A subscriber by its name, `app.function`.

    `schedule` is in seconds, one for each failure that is followed by another try; None for the
    outbox's own. `queue` names the Celery queue, which is the app's unless it says otherwise.
    """

    name: str
    event_type: type[DomainEvent]
    function: Callable[..., None]
    batch: bool
    apart: bool
    schedule: tuple[float, ...] | None = None
    queue: str = ""


_types: dict[str, type[DomainEvent]] = {}
_subscriptions: dict[str, Subscription] = {}
_by_event: dict[str, list[str]] = defaultdict(list)


@overload
def subscribe(
    event_type: type[DomainEvent], *, schedule: tuple[float, ...] | None = None, queue: str = ""
) -> Callable[[S], S]: ...
@overload
def subscribe(
    event_type: type[DomainEvent], *, batch: Literal[True], apart: bool = False
) -> Callable[[B], B]: ...
def subscribe(
    event_type: type[DomainEvent],
    *,
    batch: bool = False,
    apart: bool = False,
    schedule: tuple[float, ...] | None = None,
    queue: str = "",
) -> Callable[[Any], Any]:
    """
    Register a function to be called, at least once, for every event of this type.

    It runs outside any transaction. A batch subscriber gets a sequence of (event, envelope) and
    takes all of it or raises; if it raises, each pair is given to it alone. The batch subscribers
    of an app wait for each other; one that may be slow, as other systems are, stays `apart`. What
    is so slow that not even its app may wait for it has a `queue` of its own, and whoever should
    be asked again for days a `schedule`: the seconds to wait after each failure.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        name = f"{function.__module__.partition('.')[0]}.{function.__name__}"
        if name in _subscriptions:
            raise ValueError(f"Two subscribers are called {name}.")
        _types[event_type.name] = event_type
        _subscriptions[name] = Subscription(
            name, event_type, function, batch, apart, schedule, queue
        )
        _by_event[event_type.name].append(name)
        return function

    return register


def subscribers_of(event_name: str) -> list[str]:
    """The names of those who want every event of this name."""
    return _by_event.get(event_name, [])


def subscription(name: str) -> Subscription:
    """Raises Permanent for a subscriber that this release no longer has."""
    try:
        return _subscriptions[name]
    except KeyError:
        raise Permanent(f"Nobody is called {name} in this release.") from None


def shares_messages(name: str) -> str | None:
    """
    With which others of its app a subscriber shares messages: those of whom this says the same.

    None for one that takes each event by itself, and for one that this release does not have.
    """
    wanted = _subscriptions.get(name)
    if wanted is None or not wanted.batch:
        return None
    return name if wanted.apart else ""


def queue_of(name: str) -> str:
    """The Celery queue by which deliveries to this subscriber travel."""
    wanted = _subscriptions.get(name)
    return (wanted and wanted.queue) or name.partition(".")[0]


def slow_queues() -> set[str]:
    """The queues of those that not even their own app waits for."""
    return {wanted.queue for wanted in _subscriptions.values() if wanted.queue}


def schedule_of(name: str) -> tuple[float, ...] | None:
    """The seconds this subscriber wants to wait after each failure; None for the usual ones."""
    wanted = _subscriptions.get(name)
    return wanted.schedule if wanted else None


def rebuild(event_name: str, payload: dict[str, Any]) -> DomainEvent:
    """The event as it was published. Fields that a later release added to the row are left out."""
    event_type = _types[event_name]
    known = {field.name for field in fields(event_type)}
    return event_type(**{key: value for key, value in payload.items() if key in known})


_log_readers: dict[str, Callable[[], int]] = {}


def reads_log(name: str, first_needed: Callable[[], int]) -> None:
    """Register a reader of the event log: no event from the id that it names on is pruned."""
    _log_readers[name] = first_needed


def first_needed_by_readers() -> int | None:
    """The lowest event id that some reader still has to see, or None without readers."""
    return min((needed() for needed in _log_readers.values()), default=None)
