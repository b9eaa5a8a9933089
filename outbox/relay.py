"""Hands due deliveries to Celery. Celery is the carrier, PostgreSQL the truth."""

import logging
import select
from collections import defaultdict
from collections.abc import Callable, Iterator

from django.db import connection

from outbox import tasks
from outbox.events import takes_batches

logger = logging.getLogger(__name__)

# A message that no worker took up by then is taken for lost and handed over again.
HANDOVER = 30  # seconds
AT_ONCE = 1000
PER_MESSAGE = 50
TIMER = 1.0  # seconds; retries fall due without a NOTIFY

_TAKE_DUE = """
WITH due AS (
    SELECT id FROM outbox_delivery
    WHERE status = 'WAITING' AND due_at <= statement_timestamp() AND attempts < attempts_allowed
    ORDER BY due_at, id LIMIT %s
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE outbox_delivery AS delivery SET due_at = statement_timestamp() + make_interval(secs => %s)
FROM due WHERE delivery.id = due.id
RETURNING delivery.subscriber, delivery.id, delivery.attempts
"""

_BURY_WORN_OUT = """
UPDATE outbox_delivery
SET status = 'DEAD', finished_at = statement_timestamp(),
    error = 'The last attempt did not come back: its worker died or took too long. ' || error
WHERE status = 'WAITING' AND due_at <= statement_timestamp() AND attempts >= attempts_allowed
"""


def take_due(limit: int = AT_ONCE) -> dict[str, list[tuple[int, int]]]:
    """Up to `limit` due deliveries, as (id, attempts so far) by subscriber, ours for HANDOVER."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_DUE, [limit, HANDOVER])
        taken: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for subscriber, key, attempts in sorted(cursor.fetchall()):
            taken[subscriber].append((key, attempts))
    return taken


def portions(taken: dict[str, list[tuple[int, int]]]) -> Iterator[list[tuple[int, int]]]:
    """
    What goes to a worker at once.

    Deliveries of a batch subscriber share their work. Others go one by one: a slow one would
    keep those behind it waiting under a lease that is running out.
    """
    for subscriber, pairs in taken.items():
        size = PER_MESSAGE if takes_batches(subscriber) else 1
        for start in range(0, len(pairs), size):
            yield pairs[start : start + size]


def hand_over() -> int:
    """Hand everything that is due to the workers; return how many deliveries that were."""
    count = 0
    while taken := take_due():
        for portion in portions(taken):
            # Nobody needs the message once these are handed over again.
            tasks.deliver.apply_async(kwargs={"handed": portion}, expires=HANDOVER)
            count += len(portion)
    bury_worn_out()
    return count


def bury_worn_out() -> int:
    """Give up deliveries whose last allowed attempt never came back; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_BURY_WORN_OUT)
        return int(cursor.rowcount)


def run(*, stopped: Callable[[], bool]) -> None:
    """Relay until `stopped()`: woken by NOTIFY, and by a timer that makes sure."""
    with connection.cursor() as cursor:
        cursor.execute("LISTEN outbox")
    server = connection.connection
    while not stopped():
        hand_over()
        readable, _, _ = select.select([server], [], [], TIMER)
        if readable:
            server.poll()
            server.notifies.clear()
