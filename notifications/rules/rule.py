"""What rules say, and the register of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from notifications.kinds import Kind
from outbox.events import DomainEvent, Envelope


@dataclass(frozen=True, kw_only=True)
class Note:
    """
    What one person is to be told.

    `title` may quote the question and stays inside the product; `body` and `reason` go into
    e-mails and hold no word of it. `url` is a path that only opens a page. Notes of one `cause`
    replace each other in a person's list. `about` are things to watch or mute, as "question:ID";
    `due_at` is when it will be too late, where something has to be done. `rule` is filled in.
    """

    recipient_id: str
    kind: Kind
    title: str
    body: str
    reason: str
    url: str
    cause: str
    about: tuple[str, ...] = ()
    due_at: datetime | None = None
    rule: str = ""


@dataclass(frozen=True, kw_only=True)
class Settled:
    """
    Nobody has to act on this cause any more; or one person has not, where `person_id` says who.

    `said` is shown on what they were told, and says who did what.
    """

    cause: str
    said: str
    person_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """
    Something happened that people may watch: told to those who watch any of `about`.

    Only who may see the thing `sees`, a kind and an id, is told. The rest is as in a Note.
    """

    title: str
    body: str
    url: str
    cause: str
    about: tuple[str, ...]
    sees: tuple[str, str]
    rule: str = ""


Said = Note | Settled | Step
Write = Callable[[Any, Envelope], Iterator[Said]]


@dataclass(frozen=True)
class Rule:
    """`says` explains in one sentence whom it tells; `event` is the name of what it hears of."""

    name: str
    event: str
    says: str
    write: Write

    def __call__(self, event: DomainEvent, envelope: Envelope) -> Iterator[Said]:
        for said in self.write(event, envelope):
            yield said if isinstance(said, Settled) else replace(said, rule=self.name)


RULES: dict[str, Rule] = {}


def rule(name: str, event: type[DomainEvent], *, says: str) -> Callable[[Write], Rule]:
    """Register a rule. Traces keep its name for good."""

    def register(write: Write) -> Rule:
        if name in RULES:
            raise ValueError(f"Two rules are called {name}.")
        RULES[name] = Rule(name, event.name, says, write)
        return RULES[name]

    return register


# Written out rather than reversed: workers would load every page of the site for two addresses.
def review(task_id: str) -> str:
    return f"/tasks/{task_id}/"


def request(request_id: str) -> str:
    return f"/requests/{request_id}/"


def things(
    *, question: str = "", requester: str = "", request: str = "", query: str = ""
) -> tuple[str, ...]:
    """
    What it is about, the nearest first, as far as the event names it.

    Questions and the work of people can be watched and muted; by any of it a trace is found.
    """
    pairs = (
        *(("question", question), ("person", requester), ("request", request)),
        ("query", query),
    )
    return tuple(f"{kind}:{key}" for kind, key in pairs if key)


def moment(written: str) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def written(moment_at: str) -> str:
    """A moment of an event as mails and lists write it; empty where there is none."""
    at = moment(moment_at)
    if at is None:
        return ""
    at = at.astimezone(UTC)
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def due(due_at: str) -> str:
    return f"Due {written(due_at)}." if due_at else ""


def was_due(due_at: str) -> str:
    return f"It was due {written(due_at)}."
