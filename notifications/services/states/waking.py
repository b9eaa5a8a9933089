"""What was put off comes back to the top when its time has come."""

from django.db import connection, transaction
from django.db.models.functions import Now

from notifications.models import Notification
from notifications.services.telling.positions import lock_positions, wake

AT_ONCE = 500

# What was archived meanwhile stays where it is.
_WAKE = """
UPDATE notifications_notification AS told
SET snoozed_until = NULL,
    rank = CASE WHEN told.archived_at IS NULL THEN ripe.place ELSE told.rank END,
    position = CASE WHEN told.archived_at IS NULL THEN ripe.place ELSE told.position END,
    seen_at = CASE WHEN told.archived_at IS NULL THEN NULL ELSE told.seen_at END,
    read_at = CASE WHEN told.archived_at IS NULL THEN NULL ELSE told.read_at END
FROM (
    SELECT due.id, nextval('notifications_position') AS place
    FROM (
        SELECT id FROM notifications_notification
        WHERE snoozed_until <= statement_timestamp() ORDER BY snoozed_until LIMIT %s
    ) AS due
) AS ripe
WHERE told.id = ripe.id
RETURNING told.recipient_id::text, told.archived_at IS NULL
"""


def wake_snoozed() -> int:
    """Bring back, as unread, what was put off until now; return how many. Runs on a timer."""
    asleep = Notification.objects.filter(snoozed_until__lte=Now())
    return _wake() if asleep.exists() else 0


@transaction.atomic
def _wake() -> int:
    # Under the lock nobody else wakes the same ones, nor do positions appear out of order.
    lock_positions()
    with connection.cursor() as cursor:
        cursor.execute(_WAKE, [AT_ONCE])
        people = [person for person, back in cursor.fetchall() if back]
    wake(people)
    return len(people)
