"""What a person's bell, list and live stream show."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection
from django.db.models import Max

from notifications.models import Notification

AT_ONCE = 50
# Further than that nobody counts, and the bell says "99+": so many unread ones cost no more.
COUNTED = 1000

# The condition is that of NotificationQuerySet.unread(), the state that of Notification.state.
_NEWS = """
SELECT reader.person::text, unread.number, fresh.position, fresh.id, fresh.title, fresh.url,
    fresh.handled, fresh.state
FROM unnest(%s::uuid[], %s::bigint[]) AS reader (person, seen)
CROSS JOIN LATERAL (
    SELECT count(*) FROM (
        SELECT FROM notifications_notification
        WHERE recipient_id = reader.person AND read_at IS NULL AND handled_at IS NULL
            AND archived_at IS NULL AND snoozed_until IS NULL
        ORDER BY rank DESC LIMIT %s
    ) AS counted
) AS unread (number)
LEFT JOIN LATERAL (
    SELECT position, id, title, url, handled,
        CASE WHEN archived_at IS NOT NULL THEN 'ARCHIVED'
            WHEN snoozed_until IS NOT NULL THEN 'SNOOZED'
            WHEN read_at IS NOT NULL THEN 'READ'
            WHEN seen_at IS NOT NULL THEN 'SEEN' ELSE 'UNSEEN' END AS state
    FROM notifications_notification
    WHERE recipient_id = reader.person AND position > reader.seen
    ORDER BY position LIMIT %s
) AS fresh ON true
ORDER BY fresh.position
"""


class Row(NamedTuple):
    """`handled` says who made acting on it needless, and is empty while it waits."""

    position: int
    id: int
    title: str
    url: str
    handled: str
    state: str


@dataclass(slots=True)
class News:
    """What came or changed for one person, in order, and how much is unread in all."""

    unread: int = 0
    rows: list[Row] = field(default_factory=list)

    @property
    def more(self) -> bool:
        """Whether there may be more than was read at once."""
        return len(self.rows) == AT_ONCE


def unread_count(person_id: object) -> int:
    """What the badge says: how many the list of unread ones has, and COUNTED if it has more."""
    return Notification.objects.of(person_id).unread().newest_first()[:COUNTED].count()


def latest_position(person_id: object) -> int:
    """The position of the last thing the person was told or that changed for them, or 0."""
    newest = Notification.objects.of(person_id).aggregate(newest=Max("position"))["newest"]
    return newest or 0


def news_after(seen: Mapping[str, int]) -> dict[str, News]:
    """For each person, what came after that position; one query for all."""
    found: defaultdict[str, News] = defaultdict(News)
    with connection.cursor() as cursor:
        cursor.execute(_NEWS, [list(seen), list(seen.values()), COUNTED, AT_ONCE])
        for person, unread, *row in cursor.fetchall():
            found[person].unread = unread
            if row[0] is not None:
                found[person].rows.append(Row(*row))
    return dict(found)
