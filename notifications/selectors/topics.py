"""What has changed in people's lists since it was last published to their topics."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection

AT_ONCE = 50

# The condition is that of NotificationQuerySet.unread().
_CHANGES = """
SELECT topic.person_id::text, unread.number, fresh.position, fresh.id, fresh.kind, fresh.handled
FROM notifications_topic AS topic
CROSS JOIN LATERAL (
    SELECT count(*) FROM notifications_notification
    WHERE recipient_id = topic.person_id AND read_at IS NULL AND handled_at IS NULL
        AND archived_at IS NULL AND snoozed_until IS NULL
) AS unread (number)
LEFT JOIN LATERAL (
    SELECT position, id, kind, handled_at IS NOT NULL AS handled FROM notifications_notification
    WHERE recipient_id = topic.person_id AND position > topic.position
    ORDER BY position LIMIT %s
) AS fresh ON true
WHERE topic.person_id = ANY(%s::uuid[])
ORDER BY fresh.position
"""


class Change(NamedTuple):
    """One notification that is new or has changed, without a word of it."""

    position: int
    id: int
    kind: str
    handled: bool


@dataclass(slots=True)
class Changes:
    """Of one person, in order, and how much is unread in all."""

    unread: int = 0
    rows: list[Change] = field(default_factory=list)

    @property
    def more(self) -> bool:
        """Whether there may be more than was read at once."""
        return len(self.rows) == AT_ONCE


def changes_of(people: Collection[str]) -> dict[str, Changes]:
    """For each person who has a topic, what has not been published to it; one query for all."""
    found: defaultdict[str, Changes] = defaultdict(Changes)
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, [AT_ONCE, list(people)])
        for person, unread, *row in cursor.fetchall():
            found[person].unread = unread
            if row[0] is not None:
                found[person].rows.append(Change(*row))
    return dict(found)
