"""What people and timers do with the outbox: replay dead letters, prune what is long settled."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from core.actor import Actor
from core.notices import notify_after_commit
from outbox.events import DomainEvent, first_needed_by_readers
from outbox.models import ATTEMPTS, Delivery
from outbox.publishing import publish

KEEP_DELIVERIES = 7  # days
KEEP_EVENTS = 90  # days
PRUNE_AT_ONCE = 10_000

_PRUNE_DELIVERIES = """
DELETE FROM outbox_delivery WHERE id IN (
    SELECT id FROM outbox_delivery
    WHERE status = 'DONE' AND finished_at < statement_timestamp() - make_interval(days => %s)
    ORDER BY id LIMIT %s)
"""

_PRUNE_EVENTS = """
DELETE FROM outbox_event WHERE id IN (
    SELECT id FROM outbox_event AS event
    WHERE occurred_at < statement_timestamp() - make_interval(days => %s)
    AND (%s::bigint IS NULL OR id < %s)
    AND NOT EXISTS (SELECT 1 FROM outbox_delivery WHERE event_id = event.id)
    ORDER BY id LIMIT %s)
"""


@dataclass(frozen=True, kw_only=True)
class DeliveriesReplayed(DomainEvent):
    """Somebody gave dead deliveries another eight attempts."""

    name: ClassVar[str] = "outbox.deliveries_replayed"

    delivery_ids: list[int]


@transaction.atomic
def replay(delivery_ids: Iterable[int], *, actor: Actor) -> int:
    """Give these dead deliveries a fresh set of attempts, from now; return how many there were."""
    dead = Delivery.objects.dead().filter(pk__in=list(delivery_ids))
    ids = list(dead.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    if ids:
        Delivery.objects.filter(pk__in=ids).update(
            status=Delivery.Status.WAITING,
            attempts_allowed=F("attempts") + ATTEMPTS,
            failures=0,
            due_at=Now(),
            finished_at=None,
        )
        notify_after_commit("outbox")
        publish(DeliveriesReplayed(delivery_ids=ids), actor=actor)
    return len(ids)


def prune() -> tuple[int, int]:
    """
    Delete settled deliveries after KEEP_DELIVERIES and events after KEEP_EVENTS.

    Dead letters stay, and so does every event that a reader of the log has yet to see.
    Returns how many deliveries and events went.
    """
    deliveries = _in_portions(_PRUNE_DELIVERIES, [KEEP_DELIVERIES])
    needed = first_needed_by_readers()
    return deliveries, _in_portions(_PRUNE_EVENTS, [KEEP_EVENTS, needed, needed])


def _in_portions(statement: str, parameters: list[int | None]) -> int:
    total = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [*parameters, PRUNE_AT_ONCE])
            count: int = cursor.rowcount
            total += count
            if count < PRUNE_AT_ONCE:
                return total
