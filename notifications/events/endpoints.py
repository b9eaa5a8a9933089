"""What others may rely on having happened to endpoints."""

from dataclasses import dataclass
from typing import Any, ClassVar

from outbox.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class MessageDue(DomainEvent):
    """A message is to be sent to an endpoint; a later `turn` than this makes it void."""

    name: ClassVar[str] = "notifications.message_due"

    endpoint_id: str
    message: str
    turn: int


@dataclass(frozen=True, kw_only=True)
class AboutEndpoint:
    """What every event about an endpoint says. `owner_id` is empty for the organisation's."""

    endpoint_id: str
    endpoint_name: str
    owner_id: str


@dataclass(frozen=True, kw_only=True)
class EndpointCreated(AboutEndpoint, DomainEvent):
    """Messages go to an address from now on; `shown` is what may be seen of it."""

    name: ClassVar[str] = "notifications.endpoint_created"

    format: str
    shown: str
    kinds: list[str]


@dataclass(frozen=True, kw_only=True)
class EndpointChanged(AboutEndpoint, DomainEvent):
    """Another name, address or choice of kinds: what differs, as it was and as it is."""

    name: ClassVar[str] = "notifications.endpoint_changed"

    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class EndpointSecretRotated(AboutEndpoint, DomainEvent):
    """It has a new secret; the one before signs beside it for a day."""

    name: ClassVar[str] = "notifications.endpoint_secret_rotated"


@dataclass(frozen=True, kw_only=True)
class EndpointSwitchedOn(AboutEndpoint, DomainEvent):
    name: ClassVar[str] = "notifications.endpoint_switched_on"


@dataclass(frozen=True, kw_only=True)
class EndpointSwitchedOff(AboutEndpoint, DomainEvent):
    """Somebody wants nothing sent there for now."""

    name: ClassVar[str] = "notifications.endpoint_switched_off"


@dataclass(frozen=True, kw_only=True)
class EndpointGivenUp(AboutEndpoint, DomainEvent):
    """
    Nothing is sent there until somebody switches it on again: it is gone, or failed for days.

    `recipient_ids` are those who can see to it.
    """

    name: ClassVar[str] = "notifications.endpoint_given_up"

    reason: str
    recipient_ids: list[str]


@dataclass(frozen=True, kw_only=True)
class EndpointTested(AboutEndpoint, DomainEvent):
    """Somebody has a test message sent there."""

    name: ClassVar[str] = "notifications.endpoint_tested"


@dataclass(frozen=True, kw_only=True)
class EndpointRemoved(AboutEndpoint, DomainEvent):
    """Nothing is sent there any more, and its secrets are gone."""

    name: ClassVar[str] = "notifications.endpoint_removed"


@dataclass(frozen=True, kw_only=True)
class MessagesResent(AboutEndpoint, DomainEvent):
    """Somebody has messages sent again: one, or all that were not taken since then."""

    name: ClassVar[str] = "notifications.messages_resent"

    count: int
    since: str = ""
