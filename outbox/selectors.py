"""How the deliveries are doing, for the people who watch over them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now

from outbox.models import Delivery, FailedMessage

COUNT_UP_TO = 10_000
# Percentages and tables look at the newest deliveries only: the table holds a week of them.
RECENT = 10_000
LATE = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """What is still to be delivered, each count COUNT_UP_TO at the most."""

    waiting: int
    late: int
    dead: int
    oldest_due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SubscriberState:
    """One subscriber's share of the RECENT newest deliveries."""

    subscriber: str
    done: int
    waiting: int
    dead: int
    last_done_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class DeadMessages:
    """A queue whose dead letters hold something, and why the newest of them is there."""

    queue: str
    count: int
    newest_at: datetime
    reason: str


def backlog() -> Backlog:
    """
    Two queries over partial indexes, however long the table is.

    `late` counts those that have been due for half a minute: the relay or the workers lag.
    """
    waiting = Delivery.objects.filter(status=Delivery.Status.WAITING).order_by("due_at", "id")
    counted = waiting[:COUNT_UP_TO].aggregate(
        waiting=Count("pk"),
        late=Count("pk", filter=Q(due_at__lt=Now() - LATE)),
        oldest_due_at=Min("due_at", filter=Q(due_at__lt=Now())),
    )
    return Backlog(dead=Delivery.objects.dead()[:COUNT_UP_TO].count(), **counted)


def by_subscriber() -> list[SubscriberState]:
    """The state of every subscriber that had something to do lately, by name."""
    newest = Delivery.objects.order_by("-id").values("pk")[:RECENT]
    rows = (
        Delivery.objects.filter(pk__in=newest)
        .values("subscriber")
        .annotate(
            done=Count("pk", filter=Q(status=Delivery.Status.DONE)),
            waiting=Count("pk", filter=Q(status=Delivery.Status.WAITING)),
            dead=Count("pk", filter=Q(status=Delivery.Status.DEAD)),
            last_done_at=Max("finished_at", filter=Q(status=Delivery.Status.DONE)),
        )
        .order_by("subscriber")
    )
    return [SubscriberState(**row) for row in rows]


def dead_letters(limit: int = 50) -> QuerySet[Delivery]:
    """Deliveries that were given up, newest first, with their events."""
    return Delivery.objects.dead().select_related("event").order_by("-id")[:limit]


def dead_messages() -> list[DeadMessages]:
    """The queues that have dead letters, by name, as far as consumers put them there."""
    dead = FailedMessage.objects.dead()
    newest = dead.filter(queue=OuterRef("queue")).order_by("-dead_at").values("reason")[:1]
    rows = (
        dead.values("queue")
        .annotate(count=Count("pk"), newest_at=Max("dead_at"), reason=Subquery(newest))
        .order_by("queue")
    )
    return [DeadMessages(**row) for row in rows]


def awaited(event_names: Sequence[str], field: str, values: Sequence[str]) -> set[str]:
    """Those of the values that a waiting delivery of such an event carries in this field."""
    waiting = Delivery.objects.filter(
        status=Delivery.Status.WAITING,
        event__name__in=event_names,
        **{f"event__payload__{field}__in": list(values)},
    )
    return set(waiting.values_list(f"event__payload__{field}", flat=True))
