"""Messages that still wait go nowhere once their reader has it in the product, and come back."""

from collections.abc import Sequence

from django.db import connection

READ = "You read it in the product."
PUT_AWAY = "You archived it in the product."

# Programs that listen want all of it, whatever a person has read.
_CANCEL = """
UPDATE notifications_delivery AS delivery
SET status = 'CANCELLED', answer = CASE WHEN told.read_at IS NULL THEN %s ELSE %s END
FROM notifications_notification AS told
WHERE told.id = ANY(%s) AND (told.read_at IS NOT NULL OR told.archived_at IS NOT NULL)
    AND delivery.notification_id = told.id AND delivery.channel IN ('EMAIL', 'CHAT')
    AND delivery.status = 'PENDING' AND delivery.released_at IS NULL
"""

# The latest of each channel, unless another waits in its place.
_RESTORE = """
UPDATE notifications_delivery AS delivery SET status = 'PENDING', answer = ''
FROM (
    SELECT DISTINCT ON (put_off.notification_id, put_off.channel) put_off.id
    FROM notifications_delivery AS put_off
    JOIN notifications_notification AS told ON told.id = put_off.notification_id
    WHERE told.id = ANY(%s) AND told.read_at IS NULL AND told.archived_at IS NULL
        AND told.handled_at IS NULL AND put_off.status = 'CANCELLED'
        AND put_off.released_at IS NULL AND put_off.answer IN (%s, %s)
        AND NOT EXISTS (
            SELECT FROM notifications_delivery AS other
            WHERE other.notification_id = told.id AND other.channel = put_off.channel
                AND other.status = 'PENDING' AND other.released_at IS NULL
        )
    ORDER BY put_off.notification_id, put_off.channel, put_off.id DESC
) AS wanted
WHERE delivery.id = wanted.id
"""


def hold_or_let_go(ids: Sequence[int]) -> None:
    """
    Withdraw what waits of those that were read or archived; restore what is unread again.

    Belongs inside a transaction that holds the lock of positions, as writers of deliveries do.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CANCEL, [PUT_AWAY, READ, list(ids)])
        cursor.execute(_RESTORE, [list(ids), READ, PUT_AWAY])
