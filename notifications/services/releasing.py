"""Deliveries: written with the notification, handed to the outbox when they are due."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection, transaction

from core.actor import SYSTEM
from core.correlation import correlation_id
from notifications.events import DUE
from notifications.kinds import Channel, Outcome
from notifications.planning import Telling
from notifications.services.writing import Rows
from outbox.publishing import publish_all

AT_ONCE = 500

_WRITE = """
INSERT INTO notifications_delivery
    (notification_id, recipient_id, event_id, channel, held, due_at, released_at)
SELECT wanted.notification_id, wanted.recipient_id, wanted.event_id, wanted.channel, wanted.held,
    coalesce(wanted.until, statement_timestamp()),
    CASE WHEN wanted.until IS NULL THEN statement_timestamp() END
FROM unnest(%s::bigint[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::timestamptz[])
    AS wanted (notification_id, recipient_id, event_id, channel, held, until)
ON CONFLICT DO NOTHING
RETURNING id, notification_id, recipient_id::text, channel, event_id::text, released_at IS NOT NULL
"""

_RELEASE = """
UPDATE notifications_delivery AS delivery SET released_at = statement_timestamp()
FROM (
    SELECT id FROM notifications_delivery
    WHERE status = 'PENDING' AND released_at IS NULL AND due_at <= statement_timestamp()
    ORDER BY due_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
) AS ripe
JOIN notifications_delivery AS found ON found.id = ripe.id
JOIN notifications_notification AS told ON told.id = found.notification_id
WHERE delivery.id = ripe.id
RETURNING delivery.id, delivery.notification_id, delivery.recipient_id::text, delivery.channel,
    told.kind
"""


class Released(NamedTuple):
    """A delivery that the outbox carries from now on."""

    id: int
    notification_id: int
    recipient_id: str
    channel: str
    kind: str
    correlation_id: str


def write_deliveries(told: Sequence[Telling], rows: Rows) -> None:
    """
    Write what goes out by other channels than the list, and let go what waits for nothing.

    Where a message about the same notification still waits for its time, no second one is made.
    """
    wanted = [
        (
            rows[telling.note.recipient_id, telling.note.cause].id,
            telling.note.recipient_id,
            telling.envelope.event_id,
            way.channel.value,
            way.because[-1].value if way.outcome == Outcome.HOLD else "",
            way.until,
        )
        for telling in told
        for way in telling.ways
        if way.outcome != Outcome.DROP and way.channel != Channel.IN_APP
    ]
    if not wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [list(column) for column in zip(*wanted, strict=True)])
        written = cursor.fetchall()
    by_key = {(each.note.recipient_id, each.envelope.event_id): each for each in told}
    publish_due(
        Released(key, row, who, channel, telling.note.kind, telling.envelope.correlation_id)
        for key, row, who, channel, event_id, released in written
        if released
        for telling in [by_key[who, event_id]]
    )


@transaction.atomic
def release_due() -> int:
    """Hand over what was held and whose time has come; return how many. Runs on a timer."""
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, [AT_ONCE])
        ripe = [
            Released(key, row, who, channel, kind, correlation_id())
            for key, row, who, channel, kind in cursor.fetchall()
        ]
    publish_due(ripe)
    return len(ripe)


def publish_due(released: Iterable[Released]) -> None:
    """Have the outbox carry these, each by the subscriber of its channel."""
    facts = [
        (
            DUE[Channel(each.channel)](
                notification_id=each.notification_id,
                recipient_id=each.recipient_id,
                kind=each.kind,
                delivery_id=each.id,
            ),
            each.correlation_id,
        )
        for each in released
    ]
    if facts:
        publish_all(
            [fact for fact, _ in facts],
            actor=SYSTEM,
            correlation_ids=[request for _, request in facts],
        )
