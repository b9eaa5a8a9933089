"""Deliveries: written with the notification, handed to the outbox when they are due."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from core.actor import SYSTEM
from notifications.events import DUE
from notifications.kinds import Channel, Outcome
from notifications.planning import Telling
from notifications.services.telling.writing import Rows
from outbox.publishing import publish_all

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

# What waits already is told of then, and no later than the new one would have been.
_JOIN = """
UPDATE notifications_delivery AS delivery
SET held = CASE WHEN wanted.until < delivery.due_at THEN wanted.held ELSE delivery.held END,
    due_at = least(delivery.due_at, wanted.until)
FROM (
    SELECT DISTINCT ON (notification_id, channel) *
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[])
        AS joined (notification_id, channel, held, until)
    ORDER BY notification_id, channel, until
) AS wanted
WHERE delivery.notification_id = wanted.notification_id AND delivery.channel = wanted.channel
    AND delivery.status = 'PENDING' AND delivery.released_at IS NULL
"""

_OVERTAKE = """
UPDATE notifications_delivery AS delivery
SET status = 'CANCELLED', answer = 'A later message told you of it.'
FROM unnest(%s::bigint[], %s::text[]) AS sent (notification_id, channel)
WHERE delivery.notification_id = sent.notification_id AND delivery.channel = sent.channel
    AND delivery.status = 'PENDING' AND delivery.released_at IS NULL
"""


class Wanted(NamedTuple):
    """A delivery to be written; `until` is empty where it waits for nothing."""

    notification_id: int
    recipient_id: str
    event_id: str
    channel: str
    held: str
    until: datetime | None


class Released(NamedTuple):
    """A delivery that the outbox carries from now on."""

    id: int
    notification_id: int
    recipient_id: str
    channel: str
    kind: str
    correlation_id: str


def write_deliveries(told: Sequence[Telling], rows: Rows) -> list[Telling]:
    """
    Write what goes out by other channels than the list, and let go what waits for nothing.

    Where a message about the same notification still waits for its time, no second one is made;
    returned is what became of each. Where one goes out at once, none waits any longer.
    """
    wanted = [each for telling in told for each in _wanted(telling, rows)]
    if not wanted:
        return list(told)
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, _columns(wanted))
        written = cursor.fetchall()
    by_key = {(each.note.recipient_id, each.envelope.event_id): each for each in told}
    released = [
        Released(key, row, who, channel, telling.note.kind, telling.envelope.correlation_id)
        for key, row, who, channel, event_id, at_once in written
        if at_once
        for telling in [by_key[who, event_id]]
    ]
    publish_due(released)
    _overtake(released, wanted, {row.id for row in rows.values() if row.new})
    done = {(who, event_id, channel) for _, _, who, channel, event_id, _ in written}
    return _joined(told, [each for each in wanted if each.until and each[1:4] not in done])


def _wanted(telling: Telling, rows: Rows) -> Iterator[Wanted]:
    row = rows[telling.note.recipient_id, telling.note.cause]
    for way in telling.ways:
        if way.outcome != Outcome.DROP and way.channel != Channel.IN_APP:
            held = way.because[-1].value if way.outcome == Outcome.HOLD else ""
            yield Wanted(
                *(row.id, telling.note.recipient_id, telling.envelope.event_id),
                *(way.channel.value, held, way.until),
            )


def _overtake(released: Sequence[Released], wanted: Sequence[Wanted], new: set[int]) -> None:
    """Cancel what waits to tell of what is told now; of a new row only its own batch may wait."""
    held = {each.notification_id for each in wanted if each.until}
    late = [
        (each.notification_id, each.channel)
        for each in released
        if each.notification_id in held or each.notification_id not in new
    ]
    if late:
        with connection.cursor() as cursor:
            cursor.execute(_OVERTAKE, _columns(late))


def _joined(told: Sequence[Telling], left_out: Sequence[Wanted]) -> list[Telling]:
    """Have what waits tell of these as well; returned is what became of all."""
    if not left_out:
        return list(told)
    channels = defaultdict(set)
    for each in left_out:
        channels[each.recipient_id, each.event_id].add(Channel(each.channel))
    with connection.cursor() as cursor:
        cursor.execute(_JOIN, _columns([(each[0], *each[3:]) for each in left_out]))
    return [
        each.joined(channels.get((each.note.recipient_id, each.envelope.event_id), set()))
        for each in told
    ]


def _columns(rows: Sequence[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]


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
