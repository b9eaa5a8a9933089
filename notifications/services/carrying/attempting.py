"""Every try at sending something is noted, with what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from core.actor import SYSTEM
from notifications.events import DeliveryFailed
from notifications.models import Delivery
from outbox.publishing import publish_all

# What was cancelled while it was being sent has gone out all the same, and is noted so. Rows are
# locked first, for whoever erases a person deletes them.
_NOTE = """
WITH tried AS (
    SELECT said.* FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::text[],
        %s::text[]) AS said (delivery_id, began_at, ended_at, status, answer)
    JOIN (
        SELECT id FROM notifications_delivery WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE
    ) AS known ON known.id = said.delivery_id
), noted AS (
    INSERT INTO notifications_attempt (delivery_id, began_at, ended_at, succeeded, answer)
    SELECT delivery_id, began_at, ended_at, status = 'SENT', answer FROM tried
)
UPDATE notifications_delivery AS delivery
SET status = tried.status, answer = tried.answer,
    sent_at = CASE WHEN tried.status = 'SENT' THEN tried.ended_at END
FROM tried
WHERE delivery.id = tried.delivery_id AND (
    tried.status = 'SENT' AND delivery.status <> 'SENT'
    OR tried.status = 'FAILED' AND delivery.status = 'PENDING'
)
RETURNING delivery.id, delivery.notification_id, delivery.recipient_id::text, delivery.channel,
    delivery.status, delivery.answer
"""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """
    One try at one message, which may be about several deliveries.

    `status` is SENT, FAILED where no later try can succeed, or None where one may.
    """

    deliveries: Sequence[Delivery]
    began_at: datetime
    ended_at: datetime
    status: Delivery.Status | None
    answer: str


@transaction.atomic
def note_attempts(tried: Sequence[Tried]) -> None:
    """Note these tries and how far the deliveries are with them; tell of those given up."""
    rows = [
        (each.pk, it.began_at, it.ended_at, it.status.value if it.status else "", it.answer[:255])
        for it in tried
        for each in it.deliveries
    ]
    if not rows:
        return
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [*columns, columns[0]])
        failed = [row for row in cursor.fetchall() if row[4] == Delivery.Status.FAILED]
    if failed:
        publish_all([_given_up(*row) for row in failed], actor=SYSTEM)


def _given_up(
    delivery_id: int, told: int, recipient_id: str, channel: str, _: str, answer: str
) -> DeliveryFailed:
    return DeliveryFailed(
        delivery_id=delivery_id,
        notification_id=told,
        recipient_id=recipient_id,
        channel=channel,
        answer=answer,
    )
