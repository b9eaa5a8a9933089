"""What is new for a person, on the pages they have open."""

from collections.abc import Iterable, Mapping

from accounts.live.access import Visitor
from accounts.live.feed import Feed, Stream
from accounts.models import User
from notifications.selectors import News, latest_position, news_after
from notifications.services.telling.positions import CHANNEL

PATH = "/events/"
LONGEST_BACKLOG = 64  # messages a stream may be behind before the table keeps the rest


class NotificationFeed(Feed):
    """
    `GET /events/`: what is new for whoever is signed in. Its topics are people.

    `event: notification` carries `{unread, title, url, id, handled, state}` of whatever is new or
    has changed; `event: unread` carries `{unread}` where there is nothing else to say. Ids of
    events are positions: `Last-Event-ID` replays what came or changed after it.
    """

    channel = CHANNEL

    def serves(self, path: str) -> bool:
        return path == PATH

    def admit(self, path: str, visitor: Visitor, user: User, last_seen: int | None) -> Stream:
        latest = latest_position(visitor.person_id)
        seen = latest if last_seen is None else min(last_seen, latest)
        return NotificationStream(visitor, visitor.person_id, seen)

    def heard(self, payload: str) -> Iterable[str]:
        return payload.split(",")

    def news(self, seen: Mapping[str, int]) -> Mapping[str, News]:
        return news_after(seen)


class NotificationStream(Stream):
    __slots__ = ()

    def take(self, news: News) -> None:
        """Queue what this stream has not seen; what does not fit is read again later."""
        fresh = [row for row in news.rows if row.position > self.seen]
        for row in fresh:
            if self.waiting >= LONGEST_BACKLOG:
                self.behind = True
                return
            data = {
                "unread": news.unread,
                "title": row.title,
                "url": row.url,
                "id": row.id,
                "handled": row.handled,
                "state": row.state,
            }
            self.put("notification", data, position=row.position)
            self.seen = row.position
        self.behind = news.more
        if not fresh:
            self.put("unread", {"unread": news.unread})
