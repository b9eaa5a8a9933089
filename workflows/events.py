"""What others may rely on having happened in workflows. No event carries a task token."""

from dataclasses import dataclass
from typing import ClassVar

from outbox.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class MessageSent(DomainEvent):
    """A state sent a message to a queue; its body waits in the table of messages."""

    name: ClassVar[str] = "workflows.message_sent"

    message_id: str
    queue: str
    execution: str


@dataclass(frozen=True, kw_only=True)
class ExecutionEnded(DomainEvent):
    """
    An execution came to its end: SUCCEEDED, FAILED, TIMED_OUT or ABORTED.

    `error` is the name under which a Fail state or the engine ended it, empty for a success.
    """

    name: ClassVar[str] = "workflows.execution_ended"

    execution: str
    status: str
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class StopRequested(DomainEvent):
    """Somebody wants an execution to end; it does once its engine has heard of it."""

    name: ClassVar[str] = "workflows.stop_requested"

    execution: str
    error: str
    cause: str
