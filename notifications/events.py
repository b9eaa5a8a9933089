"""What others may rely on having happened to notifications."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.kinds import Channel
from outbox.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class DeliveryDue:
    """What is said of every notification that is to go out by another channel than the list."""

    notification_id: int
    recipient_id: str
    kind: str
    delivery_id: int = 0


@dataclass(frozen=True, kw_only=True)
class EmailDue(DeliveryDue, DomainEvent):
    """Somebody is to get this notification by e-mail as well."""

    name: ClassVar[str] = "notifications.email_due"


@dataclass(frozen=True, kw_only=True)
class DigestDue(DomainEvent):
    """What waited for somebody goes out in one message by this channel; see models.Digest."""

    name: ClassVar[str] = "notifications.digest_due"

    digest_id: int
    recipient_id: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class DeliveryFailed(DomainEvent):
    """The other side will never take this message; `answer` may be shown to the recipient."""

    name: ClassVar[str] = "notifications.delivery_failed"

    delivery_id: int
    notification_id: int
    recipient_id: str
    channel: str
    answer: str


DUE: Mapping[Channel, type[EmailDue]] = {Channel.EMAIL: EmailDue}
