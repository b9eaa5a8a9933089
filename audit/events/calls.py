"""What audit tells of requests to the server."""

from dataclasses import dataclass
from typing import ClassVar

from outbox.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class AboutCall:
    """
    What every event about a request to the server says.

    `route` is the address with the names of its parts in place of their values, `object_kind` and
    `object_id` the thing that the address names, where it names one.
    """

    method: str
    route: str
    http_status: int
    object_kind: str
    object_id: str


@dataclass(frozen=True, kw_only=True)
class AccessRefused(AboutCall, DomainEvent):
    """Somebody asked for what is not theirs, or not there. `code` says which refusal it was."""

    name: ClassVar[str] = "audit.access_refused"

    code: str
    status: str = "REFUSED"


@dataclass(frozen=True, kw_only=True)
class CallRefused(AboutCall, DomainEvent):
    """A call that would have changed something was refused, with this code."""

    name: ClassVar[str] = "audit.call_refused"

    code: str
    status: str = "REFUSED"


@dataclass(frozen=True, kw_only=True)
class CallFailed(AboutCall, DomainEvent):
    """The server could not answer. `error` is the class of what went wrong, never its words."""

    name: ClassVar[str] = "audit.call_failed"

    error: str
    status: str = "FAILED"


@dataclass(frozen=True, kw_only=True)
class TrailRead(DomainEvent):
    """
    Somebody read in the audit trail: `place` is the name of the page or of the API's address.

    `asked` are the filters; what was typed freely into one, names above all, is masked.
    """

    name: ClassVar[str] = "audit.trail_read"

    place: str
    object_kind: str
    object_id: str
    asked: dict[str, str]
