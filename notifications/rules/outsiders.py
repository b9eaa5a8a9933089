"""Rules for what other services hand in."""

from collections.abc import Iterator

from notifications.events import NotificationHandedIn, NotificationTakenBack
from notifications.kinds import Kind
from notifications.rules.rule import Note, Said, Settled, rule
from outbox.events import Envelope


@rule(
    "handed-in",
    NotificationHandedIn,
    says="Whom another service names is told what it has to say.",
)
def of_handed_in(event: NotificationHandedIn, envelope: Envelope) -> Iterator[Said]:
    yield Note(
        recipient_id=event.recipient_id,
        kind=Kind.FROM_SERVICE,
        title=event.title,
        body=event.text,
        reason=f"You get this because the service {event.source} asked us to tell you.",
        url=event.url,
        cause=_cause(event.source, event.notice_id),
    )


@rule(
    "taken-back",
    NotificationTakenBack,
    says="What a service handed in withdraws once it takes it back.",
)
def of_taken_back(event: NotificationTakenBack, envelope: Envelope) -> Iterator[Said]:
    yield Settled(cause=_cause(event.source, event.notice_id), said=f"{event.source}: {event.said}")


def _cause(source: str, notice_id: str) -> str:
    return f"service:{source}:{notice_id}"
