"""Brings what is new in the table to the streams that are open here."""

import asyncio
import json
import logging
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import Error, close_old_connections

from notifications.live.access import Visitor, still_signed_in
from notifications.live.listener import Listener
from notifications.selectors import News, news_after

logger = logging.getLogger(__name__)

PATIENCE = 1.0  # seconds until the database is asked again after it failed
LONGEST_BACKLOG = 64  # messages a stream may be behind before the table keeps the rest

P = ParamSpec("P")
R = TypeVar("R")


class Stream:
    """One open page. The table is its queue: here wait only the next few messages."""

    __slots__ = ("_pending", "_stirred", "behind", "ended", "seen", "visitor")

    def __init__(self, visitor: Visitor, seen: int) -> None:
        self.visitor = visitor
        self.seen = seen
        self.behind = False
        self.ended = False
        self._pending: deque[bytes] = deque()
        self._stirred = asyncio.Event()

    def take(self, news: News) -> None:
        """Queue what this stream has not seen; what does not fit is read again later."""
        fresh = [row for row in news.rows if row.position > self.seen]
        for row in fresh:
            if len(self._pending) >= LONGEST_BACKLOG:
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
            self._put(f"event: notification\nid: {row.position}\ndata: {json.dumps(data)}\n\n")
            self.seen = row.position
        self.behind = news.more
        if not fresh:
            self._put(f'event: unread\ndata: {{"unread": {news.unread}}}\n\n')

    def beat(self) -> None:
        """A comment, so that nobody between us takes the silence for an end."""
        if not self._pending:
            self._put(":\n\n")

    def end(self) -> None:
        self.ended = True
        self._stirred.set()

    async def next(self) -> bytes:
        """What is to be sent next; nothing once the stream has ended."""
        await self._stirred.wait()
        self._stirred.clear()
        chunk = b"" if self.ended else b"".join(self._pending)
        self._pending.clear()
        return chunk

    def _put(self, message: str) -> None:
        self._pending.append(message.encode())
        self._stirred.set()


class Hub:
    """All streams of this process, by person, behind one listening connection."""

    def __init__(self) -> None:
        self._streams: defaultdict[str, set[Stream]] = defaultdict(set)
        self._stirred_people: set[str] = set()
        self._stirred = asyncio.Event()
        # The database is spoken to in two threads, each with a connection of its own.
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live")
        self._listener = Listener(heard=self._heard, connected=self._stir_everybody)

    async def run(self) -> None:
        """Until cancelled: listen, bring news, keep streams alive and end those signed out."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listener.run())
            group.create_task(self._bring_news())
            group.create_task(self._keep_alive())

    def __len__(self) -> int:
        return sum(map(len, self._streams.values()))

    def add(self, stream: Stream) -> None:
        self._streams[stream.visitor.person_id].add(stream)
        self.stir([stream.visitor.person_id])

    def remove(self, stream: Stream) -> None:
        person_id = stream.visitor.person_id
        self._streams[person_id].discard(stream)
        if not self._streams[person_id]:
            del self._streams[person_id]

    def stir(self, people: Iterable[str]) -> None:
        """There may be something new for these people."""
        self._stirred_people.update(people)
        self._stirred.set()

    async def in_thread(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call something that talks to the database, without keeping the streams waiting."""

        def call() -> R:
            close_old_connections()
            try:
                return function(*args, **kwargs)
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    def _heard(self, payload: str) -> None:
        self.stir(payload.split(","))

    def _stir_everybody(self) -> None:
        # Whatever was told while nobody listened is in the table.
        self.stir(list(self._streams))

    async def _bring_news(self) -> None:
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            people = self._stirred_people & self._streams.keys()
            self._stirred_people = set()
            try:
                await self._bring_news_to(people)
            except Error:
                logger.exception("Could not read what is new.")
                await asyncio.sleep(PATIENCE)
                self.stir(people)

    async def _bring_news_to(self, people: set[str]) -> None:
        if not people:
            return
        seen = {person: min(each.seen for each in self._streams[person]) for person in people}
        for person, news in (await self.in_thread(news_after, seen)).items():
            for stream in self._streams.get(person, ()):
                stream.take(news)

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(settings.EVENTS_HEARTBEAT)
            streams = [stream for group in self._streams.values() for stream in group]
            try:
                welcome = await self.in_thread(
                    still_signed_in, [stream.visitor for stream in streams]
                )
            except Error:
                logger.exception("Could not ask who is still signed in.")
                continue
            for stream in streams:
                if stream.visitor in welcome:
                    stream.beat()
                else:
                    stream.end()
