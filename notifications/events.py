"""What others may rely on having happened to notifications."""

from dataclasses import dataclass
from typing import ClassVar

from outbox.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class EmailDue(DomainEvent):
    """Somebody is to get this notification by e-mail as well."""

    name: ClassVar[str] = "notifications.email_due"

    notification_id: int
    recipient_id: str
    kind: str
