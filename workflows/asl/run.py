"""An execution as the interpreter sees it: where it stands, what can happen, what comes of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from workflows.asl.paths import JSON

RUNNING = "RUNNING"
SUCCEEDED = "SUCCEEDED"
FAILED = "FAILED"
TIMED_OUT = "TIMED_OUT"
ABORTED = "ABORTED"

FOR_TOKEN = "TOKEN"  # noqa: S105 - a kind of waiting, not a secret
FOR_TIME = "TIME"
FOR_RETRY = "RETRY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """
    What a resting execution rests for.

    `until` ends a Wait state or a Retry's delay, and times a task out. `heartbeat` is the number
    of seconds that may pass between two heartbeats.
    """

    kind: str
    until: datetime | None = None
    heartbeat: int | None = None
    heartbeat_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """
    The whole state of one execution between two happenings.

    `retries` counts, for each of the state's retriers, how often it has sent the state back;
    `events` is the number of history events so far, and with it the id of the last.
    """

    name: str
    input: JSON
    started_at: datetime
    status: str = RUNNING
    state: str = ""
    data: JSON = None
    entered_at: datetime | None = None
    entered_event: int = 0
    retries: tuple[int, ...] = ()
    wait: Wait | None = None
    expires_at: datetime | None = None
    events: int = 0
    output: JSON = None
    error: str = ""
    cause: str = ""
    stopped_at: datetime | None = None

    @property
    def wake_at(self) -> datetime | None:
        """The next moment at which a Tick may change something."""
        if self.status != RUNNING:
            return None
        wait = self.wait or Wait(kind=FOR_TIME)
        moments = (wait.until, wait.heartbeat_until, self.expires_at)
        return min((moment for moment in moments if moment is not None), default=None)

    @property
    def waits_for_token(self) -> bool:
        return self.wait is not None and self.wait.kind == FOR_TOKEN


@dataclass(frozen=True, slots=True)
class Begin:
    """The execution starts."""


@dataclass(frozen=True, slots=True)
class Succeeded:
    """Whoever held the task token did the work."""

    output: JSON


@dataclass(frozen=True, slots=True)
class Failed:
    """Whoever held the task token could not do the work."""

    error: str
    cause: str


@dataclass(frozen=True, slots=True)
class Beat:
    """Whoever holds the task token is still at work."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Somebody ends the execution from outside."""

    error: str
    cause: str


Happening = Begin | Succeeded | Failed | Beat | Tick | Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """
    All that a step may not make up itself.

    `token` is the task token to hand out should the step need one, `seed` the root of the ids of
    the messages it sends, `chance` a number from 0 to 1 for jitter. `region` and `account` are
    the place in the ARNs of the context object.
    """

    now: datetime
    token: str
    seed: UUID
    chance: float = 1.0
    region: str = "local"
    account: str = "000000000000"

    def message_id(self, number: int) -> UUID:
        return uuid5(self.seed, str(number))


@dataclass(frozen=True, slots=True)
class Event:
    """A history event; `details` has Step Functions' own keys, with data as JSON text."""

    number: int
    previous: int
    type: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """What a state sends to a queue."""

    id: UUID
    queue: str
    body: JSON


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the execution stands now, and what has to be written and sent for it."""

    run: Run
    events: tuple[Event, ...] = ()
    messages: tuple[Message, ...] = ()
    token_given: bool = False
