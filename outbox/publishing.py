"""How a fact gets into the log."""

from django.db import connection
from django.utils import timezone

from core.actor import Actor
from core.correlation import correlation_id
from outbox.events import DomainEvent, subscribers_of
from outbox.models import Delivery, Event


def publish(event: DomainEvent, *, actor: Actor) -> Event:
    """
    Record a fact beside the change it tells of, and see that it reaches every subscriber.

    Both commit or neither does, so nobody hears of a change that was rolled back.
    Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("publish() belongs inside the transaction that makes the change.")

    now = timezone.now()
    row = Event.objects.create(
        name=event.name,
        payload=event.payload(),
        actor_id=actor.id,
        actor_label=actor.label,
        correlation_id=correlation_id(),
        occurred_at=now,
    )
    Delivery.objects.bulk_create(
        Delivery(event=row, subscriber=name, due_at=now) for name in subscribers_of(event.name)
    )
    return row
