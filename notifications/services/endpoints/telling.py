"""What endpoints are told: what happens, and what their owners are told."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from notifications.events import DeliveryDue, DigestDue
from notifications.kinds import KINDS, Channel, Kind
from notifications.models import Delivery, Endpoint, Message
from notifications.rules.facts import FACTS
from notifications.services.endpoints.queueing import write_messages
from outbox.events import DomainEvent, Envelope

NOBODY_TAKES_IT = "None of your endpoints takes it."


def announce(pairs: Sequence[tuple[DomainEvent, Envelope]]) -> int:
    """Tell the organisation's endpoints what happened; return how many messages are new."""
    told = [(event, envelope) for event, envelope in pairs if event.name in FACTS]
    endpoints = list(Endpoint.objects.filter(owner=None).order_by("pk")) if told else []
    wanted = [
        (_announcement(endpoint, event, envelope), envelope.correlation_id)
        for event, envelope in told
        for endpoint in endpoints
        if _wants(endpoint, event.name)
    ]
    return _written(wanted) if wanted else 0


@transaction.atomic
def _written(wanted: Sequence[tuple[Message, str]]) -> int:
    return write_messages(wanted)


def _announcement(endpoint: Endpoint, event: DomainEvent, envelope: Envelope) -> Message:
    data = FACTS[event.name].told(event)
    return Message(
        endpoint=endpoint,
        event_id=UUID(envelope.event_id),
        type=event.name,
        data={**data, "url": _whole(data["url"]), "actor_id": envelope.actor.id},
        occurred_at=envelope.occurred_at,
    )


@transaction.atomic
def dispatch(pairs: Sequence[tuple[DeliveryDue, Envelope]]) -> int:
    """
    Have what falls due go to the recipients' endpoints; return how many messages are new.

    Whatever none of them takes is withdrawn.
    """
    requests = {due.delivery_id: envelope.correlation_id for due, envelope in pairs}
    deliveries = _pending(pk__in=list(requests))
    takers = _endpoints_of(deliveries)
    wanted, untaken = [], []
    for delivery in deliveries:
        mine = [
            each
            for each in takers[delivery.recipient_id, Channel(delivery.channel)]
            if _wants(each, delivery.notification.kind)
        ]
        wanted += [(_personal(each, delivery), requests[delivery.pk]) for each in mine]
        untaken += [] if mine else [delivery.pk]
    _withdraw(untaken)
    return write_messages(wanted)


def _personal(endpoint: Endpoint, delivery: Delivery) -> Message:
    notification = delivery.notification
    return Message(
        endpoint=endpoint,
        event_id=delivery.event_id,
        delivery=delivery,
        type=f"notification.{notification.kind.lower()}",
        data=_words(delivery),
        occurred_at=notification.occurred_at,
    )


@transaction.atomic
def dispatch_digest(event: DigestDue, envelope: Envelope) -> int:
    """Have a digest go to the recipient's endpoints; each gets what it takes of it."""
    deliveries = _pending(digest_id=event.digest_id)
    takers = _endpoints_of(deliveries)[UUID(event.recipient_id), Channel(event.channel)]
    wanted: list[tuple[Message, str]] = []
    taken: set[int] = set()
    for endpoint in takers:
        mine = [each for each in deliveries if _wants(endpoint, each.notification.kind)]
        taken.update(each.pk for each in mine)
        if mine:
            message = _digest(endpoint, event, envelope, mine)
            wanted.append((message, envelope.correlation_id))
    _withdraw([each.pk for each in deliveries if each.pk not in taken])
    return write_messages(wanted)


def _digest(
    endpoint: Endpoint, event: DigestDue, envelope: Envelope, deliveries: Sequence[Delivery]
) -> Message:
    number = len(deliveries)
    return Message(
        endpoint=endpoint,
        event_id=UUID(envelope.event_id),
        digest_id=event.digest_id,
        type="notification.digest",
        data={
            "subject": "One notification" if number == 1 else f"{number} notifications",
            "action": "Open the list",
            "url": _whole("/notifications/"),
            "notifications": [_words(each) for each in deliveries],
        },
        occurred_at=envelope.occurred_at,
    )


def _words(delivery: Delivery) -> dict[str, Any]:
    """What leaves the product: never the title, which may quote the question."""
    notification = delivery.notification
    about = KINDS[Kind(notification.kind)]
    return {
        "notification_id": notification.pk,
        "kind": notification.kind,
        "subject": about.subject,
        "body": notification.body,
        "reason": notification.reason,
        "action": about.action,
        "url": _whole(notification.url),
        "due_at": notification.due_at,
    }


def _pending(**which: Any) -> list[Delivery]:
    """Those that still wait, what is due first; they stay as they are until we are done."""
    waiting = Delivery.objects.filter(status=Delivery.Status.PENDING, **which)
    return list(
        waiting.select_related("notification")
        .select_for_update(of=("self",), no_key=True)
        .order_by(F("notification__due_at").asc(nulls_last=True), "pk")
    )


def _endpoints_of(
    deliveries: Iterable[Delivery],
) -> Mapping[tuple[UUID, Channel], list[Endpoint]]:
    found: defaultdict[tuple[UUID, Channel], list[Endpoint]] = defaultdict(list)
    owners = {delivery.recipient_id for delivery in deliveries}
    for endpoint in _on(owners):
        if endpoint.owner_id is not None:
            found[endpoint.owner_id, endpoint.channel].append(endpoint)
    return found


def _on(owners: Iterable[UUID]) -> Iterator[Endpoint]:
    theirs = Endpoint.objects.filter(owner_id__in=set(owners), owner__is_active=True)
    yield from theirs.exclude(status=Endpoint.Status.DISABLED).order_by("pk")


def _wants(endpoint: Endpoint, kind: str) -> bool:
    return not endpoint.kinds or kind in endpoint.kinds


def _withdraw(deliveries: Sequence[int]) -> None:
    Delivery.objects.filter(pk__in=deliveries).update(
        status=Delivery.Status.CANCELLED, answer=NOBODY_TAKES_IT
    )


def _whole(path: str) -> str:
    return str(urljoin(settings.SITE_URL, path))
