"""What told somebody to act withdraws by itself once nobody has to."""

from collections.abc import Sequence

from django.db import connection

from notifications.rules import Settled
from notifications.services.telling.positions import wake
from outbox.events import Envelope

# The same cause may be settled again later, never earlier.
_CLOSE = """
INSERT INTO notifications_closing AS known (cause, person_id, occurred_at, said)
SELECT DISTINCT ON (settled.cause, settled.person_id)
    settled.cause, settled.person_id, settled.occurred_at, settled.said
FROM unnest(%s::text[], %s::uuid[], %s::timestamptz[], %s::text[])
    AS settled (cause, person_id, occurred_at, said)
LEFT JOIN accounts_user AS person ON person.id = settled.person_id
WHERE settled.person_id IS NULL OR person.id IS NOT NULL
ORDER BY settled.cause, settled.person_id, settled.occurred_at DESC
ON CONFLICT (cause, person_id) DO UPDATE
SET occurred_at = excluded.occurred_at, said = excluded.said
WHERE excluded.occurred_at > known.occurred_at
"""

# Of several closings the first settled it, whichever arrives first; to whoever did it, it says so
# in their own words.
_HANDLE = """
WITH closed AS (
    SELECT DISTINCT ON (told.id) told.id, closing.said
    FROM notifications_notification AS told
    JOIN notifications_closing AS closing ON closing.cause = told.cause
        AND (closing.person_id IS NULL OR closing.person_id = told.recipient_id)
        AND closing.occurred_at >= told.occurred_at
    WHERE told.cause = ANY(%s)
    ORDER BY told.id, closing.occurred_at, closing.person_id NULLS LAST
)
UPDATE notifications_notification AS told
SET handled_at = coalesce(told.handled_at, statement_timestamp()), handled = closed.said,
    snoozed_until = NULL, position = nextval('notifications_position')
FROM closed
WHERE told.id = closed.id AND (told.handled_at IS NULL OR told.handled != closed.said)
RETURNING told.id, told.recipient_id::text
"""

_CANCEL = """
UPDATE notifications_delivery AS delivery
SET status = 'CANCELLED', answer = told.handled
FROM notifications_notification AS told
WHERE told.id = ANY(%s) AND delivery.notification_id = told.id AND delivery.status = 'PENDING'
"""


def settle(settled: Sequence[tuple[Settled, Envelope]]) -> int:
    """
    Withdraw what was told of these causes, and what is on its way; return how many rows.

    Belongs inside a transaction that holds the lock of positions. What arrives later and is older
    is settled as well.
    """
    causes, people, times, said = zip(
        *(
            (each.cause, each.person_id, envelope.occurred_at, each.said[:255])
            for each, envelope in settled
        ),
        strict=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, [list(causes), list(people), list(times), list(said)])
    return len(handle(set(causes)))


def handle(causes: set[str]) -> set[int]:
    """Apply to the rows of these causes what is known to be settled; return which changed."""
    with connection.cursor() as cursor:
        cursor.execute(_HANDLE, [list(causes)])
        handled = cursor.fetchall()
        if handled:
            cursor.execute(_CANCEL, [[key for key, _ in handled]])
    wake([person for _, person in handled])
    return {key for key, _ in handled}
