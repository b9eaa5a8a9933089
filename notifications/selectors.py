"""What a person's bell, list and live stream show."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection
from django.db.models import Max

from notifications.models import Notification

AT_ONCE = 50

_NEWS = """
SELECT reader.person::text, unread.number, fresh.id, fresh.title, fresh.url
FROM unnest(%s::uuid[], %s::bigint[]) AS reader (person, seen)
CROSS JOIN LATERAL (
    SELECT count(*) FROM notifications_notification
    WHERE recipient_id = reader.person AND read_at IS NULL
) AS unread (number)
LEFT JOIN LATERAL (
    SELECT id, title, url FROM notifications_notification
    WHERE recipient_id = reader.person AND id > reader.seen
    ORDER BY id LIMIT %s
) AS fresh ON true
ORDER BY fresh.id
"""


class Row(NamedTuple):
    id: int
    title: str
    url: str


@dataclass(slots=True)
class News:
    """What came for one person, oldest first, and how much is unread in all."""

    unread: int = 0
    rows: list[Row] = field(default_factory=list)

    @property
    def more(self) -> bool:
        """Whether there may be more than was read at once."""
        return len(self.rows) == AT_ONCE


def unread_count(person_id: object) -> int:
    """What the badge says: the number of rows that the list shows as unread."""
    return Notification.objects.of(person_id).unread().count()


def latest_id(person_id: object) -> int:
    """The id of the person's newest notification, or 0."""
    newest = Notification.objects.of(person_id).aggregate(newest=Max("id"))["newest"]
    return newest or 0


def news_after(seen: Mapping[str, int]) -> dict[str, News]:
    """For each person, what came after the notification with that id; one query for all."""
    found: defaultdict[str, News] = defaultdict(News)
    with connection.cursor() as cursor:
        cursor.execute(_NEWS, [list(seen), list(seen.values()), AT_ONCE])
        for person, unread, *row in cursor.fetchall():
            found[person].unread = unread
            if row[0] is not None:
                found[person].rows.append(Row(*row))
    return dict(found)
