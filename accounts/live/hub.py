"""Brings what is new in the tables to the streams that are open here."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import Error, close_old_connections

from accounts.live.access import still_welcome
from accounts.live.feed import Feed, Stream
from accounts.live.listener import Listener

logger = logging.getLogger(__name__)

PATIENCE = 1.0  # seconds until the database is asked again after it failed

P = ParamSpec("P")
R = TypeVar("R")


class Hub:
    """All streams of this process, by feed and topic, behind one listening connection."""

    def __init__(self, feeds: Sequence[Feed]) -> None:
        # The database is spoken to in two threads, each with a connection of its own.
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live")
        self._circles = {feed.channel: Circle(feed, self.in_thread) for feed in feeds}
        self._listener = Listener(
            list(self._circles), heard=self._heard, connected=self._stir_everybody
        )

    async def run(self) -> None:
        """Until cancelled: listen, bring news, keep streams alive and end those signed out."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listener.run())
            group.create_task(self._keep_alive())
            for circle in self._circles.values():
                group.create_task(circle.bring_news())

    def __len__(self) -> int:
        return sum(map(len, self._circles.values()))

    def circle(self, feed: Feed) -> "Circle":
        return self._circles[feed.channel]

    async def in_thread(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call something that talks to the database, without keeping the streams waiting."""

        def call() -> R:
            close_old_connections()
            try:
                return function(*args, **kwargs)
            finally:
                close_old_connections()

        # With the request's correlation id, which threads of a pool do not inherit.
        run = copy_context().run
        return await asyncio.get_running_loop().run_in_executor(self._threads, run, call)

    def _heard(self, channel: str, payload: str) -> None:
        self._circles[channel].heard(payload)

    def _stir_everybody(self) -> None:
        # Whatever was told while nobody listened is in the table.
        for circle in self._circles.values():
            circle.stir_all()

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(settings.EVENTS_HEARTBEAT)
            streams = [stream for circle in self._circles.values() for stream in circle]
            try:
                welcome = await self.in_thread(
                    still_welcome, [stream.visitor for stream in streams]
                )
            except Error:
                logger.exception("Could not ask who is still signed in.")
                continue
            for stream in streams:
                if stream.visitor in welcome:
                    stream.beat()
                else:
                    stream.end()


class Circle:
    """The streams of one feed, by topic."""

    def __init__(self, feed: Feed, in_thread: Callable[..., Any]) -> None:
        self._feed = feed
        self._in_thread = in_thread
        self._streams: defaultdict[str, set[Stream]] = defaultdict(set)
        self._stirred_topics: set[str] = set()
        self._stirred = asyncio.Event()

    def __len__(self) -> int:
        return sum(map(len, self._streams.values()))

    def __iter__(self) -> Iterator[Stream]:
        for streams in list(self._streams.values()):
            yield from list(streams)

    def add(self, stream: Stream) -> None:
        self._streams[stream.topic].add(stream)
        self.stir([stream.topic])

    def remove(self, stream: Stream) -> None:
        self._streams[stream.topic].discard(stream)
        if not self._streams[stream.topic]:
            del self._streams[stream.topic]

    def heard(self, payload: str) -> None:
        self.stir(self._feed.heard(payload))

    def stir(self, topics: Iterable[str]) -> None:
        """There may be something new about these."""
        self._stirred_topics.update(topics)
        self._stirred.set()

    def stir_all(self) -> None:
        self.stir(list(self._streams))

    async def bring_news(self) -> None:
        """Until cancelled: read what is new about what was stirred, once for all its streams."""
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            topics = self._stirred_topics & self._streams.keys()
            self._stirred_topics = set()
            try:
                await self._bring_news_of(topics)
            except Error:
                logger.exception("Could not read what is new.")
                await asyncio.sleep(PATIENCE)
                self.stir(topics)

    async def _bring_news_of(self, topics: set[str]) -> None:
        if not topics:
            return
        seen = {topic: min(each.seen for each in self._streams[topic]) for topic in topics}
        for topic, news in (await self._in_thread(self._feed.news, seen)).items():
            for stream in self._streams.get(topic, ()):
                stream.take(news)
