"""Claim deliveries, call their subscribers, record what came of it."""

import json
import logging
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from core.actor import Actor
from core.correlation import correlated
from core.database import is_unreachable, persistently
from outbox import events, leases
from outbox.events import Envelope, Later, Permanent
from outbox.leases import LEASE
from outbox.models import FAILURES, Delivery, DeliveryQuerySet

logger = logging.getLogger(__name__)

LONGEST_WAIT = 3600  # seconds
LONGEST_WISH = 24 * 3600  # seconds; what a subscriber may ask for beyond its schedule
SPREAD = 0.1  # of a wait, so that what failed together does not come back together
SETTLE_EVERY = 0.25  # seconds; quick calls share a statement, slow ones are settled one by one
SOON = (1.0, 5.0)  # seconds; after a database that went away
ENOUGH = 60  # seconds; what a message still holds then is given back, lest its time limit ends it

_CLAIM = """
WITH claimable AS (
    SELECT delivery.id
    FROM outbox_delivery AS delivery
    JOIN unnest(%s::bigint[], %s::int[]) AS handed (id, attempts) USING (id, attempts)
    WHERE delivery.status = 'WAITING' AND delivery.attempts < delivery.attempts_allowed
    FOR NO KEY UPDATE OF delivery SKIP LOCKED
)
UPDATE outbox_delivery AS delivery
SET attempts = delivery.attempts + 1, due_at = statement_timestamp() + make_interval(secs => %s)
FROM claimable, outbox_event AS event
WHERE delivery.id = claimable.id AND event.id = delivery.event_id
RETURNING delivery.id, delivery.attempts, delivery.failures, delivery.subscriber,
    event.uuid, event.name, event.payload::text, event.actor_id, event.actor_label,
    event.correlation_id, event.occurred_at
"""

# Only while the lease is still ours: a slow worker must not overwrite its successor.
_SETTLE = """
UPDATE outbox_delivery AS delivery
SET status = 'DONE', error = '', finished_at = statement_timestamp()
FROM unnest(%s::bigint[], %s::int[]) AS ours (id, attempts)
WHERE delivery.id = ours.id AND delivery.attempts = ours.attempts AND delivery.status = 'WAITING'
"""

_GIVE_BACK = """
UPDATE outbox_delivery AS delivery SET due_at = statement_timestamp()
FROM unnest(%s::bigint[], %s::int[]) AS ours (id, attempts)
WHERE delivery.id = ours.id AND delivery.attempts = ours.attempts AND delivery.status = 'WAITING'
"""


@dataclass(frozen=True)
class Claimed:
    """A delivery under our lease. `attempts` is the lease's fencing number."""

    id: int
    attempts: int
    failures: int
    subscriber: str
    event_uuid: Any
    event_name: str
    payload: str
    actor_id: str
    actor_label: str
    correlation_id: str
    occurred_at: datetime

    def unpack(self) -> tuple[events.DomainEvent, Envelope]:
        return events.rebuild(self.event_name, json.loads(self.payload)), Envelope(
            event_id=str(self.event_uuid),
            occurred_at=self.occurred_at,
            actor=Actor(id=self.actor_id, label=self.actor_label),
            correlation_id=self.correlation_id,
        )

    def __str__(self) -> str:
        return f"{self.event_name} {self.event_uuid} → {self.subscriber}"


def deliver(handed: Iterable[tuple[int, int]]) -> int:
    """
    Deliver those of the (delivery id, attempts so far) that nobody else took; return how many.

    A delivery whose attempts have moved on since it was handed over is someone else's by now.
    """
    claimed = persistently(partial(_claim, list(handed)))
    by_subscriber: dict[str, list[Claimed]] = defaultdict(list)
    for delivery in claimed:
        by_subscriber[delivery.subscriber].append(delivery)
    until = time.monotonic() + ENOUGH
    with leases.kept([(delivery.id, delivery.attempts) for delivery in claimed]):
        for group in by_subscriber.values():
            _deliver_group(group, until)
    return len(claimed)


def _claim(handed: Sequence[tuple[int, int]]) -> list[Claimed]:
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM, [[key for key, _ in handed], [attempts for _, attempts in handed], LEASE]
        )
        return [Claimed(*row) for row in sorted(cursor.fetchall())]


def _deliver_group(group: list[Claimed], until: float) -> None:
    if len(group) > 1 and time.monotonic() < until and _taken_at_once(group):
        _settle(group)
        return
    done: list[Claimed] = []
    settled_at = time.monotonic()
    for place, delivery in enumerate(group):
        if time.monotonic() > until:
            _give_back(group[place:])
            break
        if _taken(delivery):
            done.append(delivery)
        if time.monotonic() - settled_at > SETTLE_EVERY:
            _settle(done)
            done, settled_at = [], time.monotonic()
    _settle(done)


def _taken_at_once(group: list[Claimed]) -> bool:
    try:
        wanted = events.subscription(group[0].subscriber)
        if not wanted.batch:
            return False
        wanted.function([delivery.unpack() for delivery in group])
    except Exception as error:
        if is_unreachable(error):
            _reconnect()
        logger.warning(
            "%s did not take %d events at once; each goes alone now: %r",
            *(group[0].subscriber, len(group), error),
        )
        return False
    return True


def _taken(delivery: Claimed) -> bool:
    # The subscriber runs outside any transaction of ours: it may talk to the network.
    with correlated(delivery.correlation_id):
        try:
            wanted = events.subscription(delivery.subscriber)
            event, envelope = delivery.unpack()
            if wanted.batch:
                wanted.function([(event, envelope)])
            else:
                wanted.function(event, envelope)
        except Permanent as refusal:
            logger.exception("Gave up %s", delivery)
            _bury(delivery, refusal)
        except Later as wish:
            logger.info("Not yet: %s: %s", delivery, wish)
            _put_off(delivery, wish)
        except Exception as error:
            logger.exception("Could not deliver %s", delivery)
            if is_unreachable(error):
                _reconnect()
                _try_soon(delivery, error)
            else:
                _postpone(delivery, error)
        else:
            return True
    return False


def _settle(done: list[Claimed]) -> None:
    if done:
        persistently(partial(_execute_for, done, _SETTLE))


def _give_back(rest: list[Claimed]) -> None:
    """Let somebody else take these at once. Our number is gone, so we cannot be in their way."""
    persistently(partial(_execute_for, rest, _GIVE_BACK))


def _execute_for(deliveries: list[Claimed], statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            [[each.id for each in deliveries], [each.attempts for each in deliveries]],
        )


def _postpone(delivery: Claimed, error: Exception, *, least: float = 0.0) -> None:
    """Try again as the subscriber's schedule says, or ours, and `least` seconds from now."""
    failures = delivery.failures + 1
    schedule = events.schedule_of(delivery.subscriber)
    if failures >= (FAILURES if schedule is None else len(schedule) + 1):
        _bury(delivery, error)
        return
    if schedule is None:
        longest = float(min(4**failures, LONGEST_WAIT))
        wait = (longest / 2, longest)
    else:
        wait = (schedule[failures - 1], schedule[failures - 1] * (1 + SPREAD))
    _change(
        delivery,
        failures=failures,
        error=_reason(error),
        due_at=Now() + _between(*(max(each, least) for each in wait)),
    )


def _put_off(delivery: Claimed, wish: Later) -> None:
    least = min(wish.seconds, LONGEST_WISH)
    if wish.counted:
        _postpone(delivery, wish, least=least)
        return
    _change(
        delivery,
        attempts_allowed=F("attempts_allowed") + 1,  # this one was none
        error=_reason(wish),
        due_at=Now() + _between(least, least * (1 + SPREAD)),
    )


def _try_soon(delivery: Claimed, error: Exception) -> None:
    """It is not the delivery's fault, so this attempt is not counted as a failure."""
    _change(delivery, error=_reason(error), due_at=Now() + _between(*SOON))


def _between(least: float, most: float) -> timedelta:
    return timedelta(seconds=random.uniform(least, most))  # noqa: S311 no secret


def _bury(delivery: Claimed, error: Exception) -> None:
    _change(
        delivery,
        status=Delivery.Status.DEAD,
        failures=delivery.failures + 1,
        error=_reason(error),
        finished_at=Now(),
    )


def _change(delivery: Claimed, **values: Any) -> None:
    persistently(lambda: _still_ours(delivery).update(**values))


def _still_ours(delivery: Claimed) -> DeliveryQuerySet:
    return Delivery.objects.filter(
        pk=delivery.id, attempts=delivery.attempts, status=Delivery.Status.WAITING
    )


def _reconnect() -> None:
    """The connection may be a dead one, which Django would not notice before the next task."""
    if not connection.in_atomic_block:
        connection.close()


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000].replace("\0", "")
