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


@dataclass(frozen=True, kw_only=True)
class NotificationHandedIn(DomainEvent):
    """
    Another service has something to say to somebody.

    `handed_in_by` is whose token brought it, and empty for what came through the queue.
    """

    name: ClassVar[str] = "notifications.handed_in"

    source: str
    notice_id: str
    recipient_id: str
    title: str
    text: str
    url: str
    handed_in_by: str = ""


@dataclass(frozen=True, kw_only=True)
class NotificationTakenBack(DomainEvent):
    """A service says why nobody has to see what it handed in any more."""

    name: ClassVar[str] = "notifications.taken_back"

    source: str
    notice_id: str
    said: str
    handed_in_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Unsubscribed(DomainEvent):
    """Somebody stopped e-mails of these kinds, by the address in one of them."""

    name: ClassVar[str] = "notifications.unsubscribed"

    user_id: str
    kinds: list[str]


@dataclass(frozen=True, kw_only=True)
class Resubscribed(DomainEvent):
    """Somebody took that back."""

    name: ClassVar[str] = "notifications.resubscribed"

    user_id: str
    kinds: list[str]


@dataclass(frozen=True, kw_only=True)
class PreferencesChanged(DomainEvent):
    """A person's notification settings are others now; the record has what they were."""

    name: ClassVar[str] = "notifications.preferences_changed"

    user_id: str


@dataclass(frozen=True, kw_only=True)
class DefaultSet(DomainEvent):
    """An administrator said how everybody is told of a kind by a channel."""

    name: ClassVar[str] = "notifications.default_set"

    default_id: int
    kind: str
    channel: str
    mode: str
    locked: bool


@dataclass(frozen=True, kw_only=True)
class DefaultRemoved(DomainEvent):
    """For this kind and channel the product's own default holds again."""

    name: ClassVar[str] = "notifications.default_removed"

    default_id: int
    kind: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class ChatDue(DeliveryDue, DomainEvent):
    """Somebody is to get this notification in chat as well."""

    name: ClassVar[str] = "notifications.chat_due"


@dataclass(frozen=True, kw_only=True)
class WebhookDue(DeliveryDue, DomainEvent):
    """A program of somebody's is to get this notification as well."""

    name: ClassVar[str] = "notifications.webhook_due"


@dataclass(frozen=True, kw_only=True)
class MailBroke(DomainEvent):
    """Mail to somebody came back for good, or they reported it: none is sent from now on."""

    name: ClassVar[str] = "notifications.mail_broke"

    user_id: str
    kind: str
    status_code: str = ""


@dataclass(frozen=True, kw_only=True)
class MailMended(DomainEvent):
    """Somebody says that an address takes mail again."""

    name: ClassVar[str] = "notifications.mail_mended"

    user_id: str


@dataclass(frozen=True, kw_only=True)
class ListChanged(DomainEvent):
    """Something is new or has changed in these people's lists; for the bridge to AWS IoT."""

    name: ClassVar[str] = "notifications.list_changed"

    person_ids: list[str]


DUE: Mapping[Channel, type[EmailDue | ChatDue | WebhookDue]] = {
    Channel.EMAIL: EmailDue,
    Channel.CHAT: ChatDue,
    Channel.WEBHOOK: WebhookDue,
}


@dataclass(frozen=True, kw_only=True)
class AboutWatch:
    """
    What somebody watches or mutes, as in models.Watch.

    It stands in the watcher's history, not in the thing's: nobody need know who muted them.
    """

    thing: str


@dataclass(frozen=True, kw_only=True)
class ThingWatched(AboutWatch, DomainEvent):
    """Somebody wants to hear of all that happens to it."""

    name: ClassVar[str] = "notifications.thing_watched"


@dataclass(frozen=True, kw_only=True)
class ThingMuted(AboutWatch, DomainEvent):
    """Somebody wants to hear of it only what waits for them, and that in their list alone."""

    name: ClassVar[str] = "notifications.thing_muted"


@dataclass(frozen=True, kw_only=True)
class WatchEnded(AboutWatch, DomainEvent):
    """Somebody neither watches nor mutes it any more."""

    name: ClassVar[str] = "notifications.watch_ended"


@dataclass(frozen=True, kw_only=True)
class TracesRead(DomainEvent):
    """
    Somebody looked up what people were told, and why or why not.

    Empty parts narrowed nothing: `user_id` is whose, `about` the id of a thing.
    """

    name: ClassVar[str] = "notifications.traces_read"

    user_id: str
    event_id: str
    about: str
    through: str
