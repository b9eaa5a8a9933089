"""How one query is getting on, for who may see it."""

import json
import re
from collections.abc import Iterable, Mapping
from uuid import UUID

from accounts.live.access import Visitor
from accounts.live.feed import Feed, NothingMore, Stream
from accounts.models import User
from aiqueries.exceptions import QueryNotFound
from aiqueries.selectors.progress import Progress, progress_of
from aiqueries.selectors.queries import query_for
from aiqueries.services import note_reading
from aiqueries.services.progress import CHANNEL

_PATH = re.compile(r"/api/v1/ai/query/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/events/")
_NOTHING = -1  # before every position


class QueryFeed(Feed):
    """
    `GET /api/v1/ai/query/{id}/events/`: what becomes of a query. Its topics are queries.

    `event: text` carries `{text, restart}`: more of the answer, or all there is of it where
    `restart` is true. `event: status` carries how it stands; with the final one the stream ends.
    Ids of events are positions of the query.
    """

    channel = CHANNEL

    def serves(self, path: str) -> bool:
        return _PATH.fullmatch(path) is not None

    def admit(self, path: str, visitor: Visitor, user: User, last_seen: int | None) -> Stream:
        found = _PATH.fullmatch(path)
        if found is None:
            raise QueryNotFound("There is no such query.")
        query = query_for(user, UUID(found[1]))
        is_up_to_date = last_seen == query.position
        if is_up_to_date and not query.is_open:
            raise NothingMore
        note_reading([query], by=user, through="api")
        stream = QueryStream(visitor, str(query.pk), _NOTHING)
        if is_up_to_date:
            stream.go_on(Progress.of(query))
        elif last_seen is not None:
            stream.start_over()
        return stream

    def heard(self, payload: str) -> Iterable[str]:
        return [json.loads(payload)["query"]]

    def news(self, seen: Mapping[str, int]) -> Mapping[str, Progress]:
        return progress_of(seen)


class QueryStream(Stream):
    """Tells of each change once. Who reads slowly gets several in one."""

    __slots__ = ("_known", "_text")

    def __init__(self, visitor: Visitor, topic: str, seen: int) -> None:
        super().__init__(visitor, topic, seen)
        self._known: Mapping[str, object] = {}
        # What the page has of the answer; None where it may have anything.
        self._text: str | None = ""

    def go_on(self, progress: Progress) -> None:
        """The page has all of this."""
        self.seen, self._text, self._known = progress.position, progress.text, progress.facts

    def start_over(self) -> None:
        """The page has something of before, and nobody knows what."""
        self._text = None

    def take(self, news: Progress) -> None:
        self.behind = bool(self.waiting) and news.position > self.seen
        if self.behind or news.position <= self.seen:
            return
        # Only the last message has the position: who lost half of them gets all of them again.
        tells_status = news.facts != self._known
        if news.text != self._text:
            self.put(
                "text", self._more(news.text), position=None if tells_status else news.position
            )
        if tells_status:
            self.put("status", news.facts, position=news.position)
        self.go_on(news)
        if news.is_final:
            self.finish()

    def _more(self, text: str) -> dict[str, object]:
        if self._text is None or not text.startswith(self._text):
            return {"text": text, "restart": True}
        return {"text": text[len(self._text) :], "restart": False}
