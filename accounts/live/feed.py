"""What an app brings, to have something told on streams."""

import asyncio
import json
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from accounts.live.access import Visitor
from accounts.models import User


class Stream(ABC):
    """One open page. The table is its queue: here wait only the next few messages."""

    __slots__ = ("_finished", "_pending", "_stirred", "behind", "ended", "seen", "topic", "visitor")

    def __init__(self, visitor: Visitor, topic: str, seen: int) -> None:
        self.visitor = visitor
        self.topic = topic
        self.seen = seen
        self.behind = False
        self.ended = False
        self._finished = False
        self._pending: deque[bytes] = deque()
        self._stirred = asyncio.Event()

    @abstractmethod
    def take(self, news: Any) -> None:
        """Queue what this stream has not seen; for what does not fit, set `behind`."""

    @property
    def waiting(self) -> int:
        """How many messages were not taken yet."""
        return len(self._pending)

    def put(self, kind: str, data: Mapping[str, Any], *, position: int | None = None) -> None:
        """Queue a message. One with a position becomes the page's Last-Event-ID."""
        number = "" if position is None else f"id: {position}\n"
        self._put(f"event: {kind}\n{number}data: {json.dumps(data)}\n\n")

    def beat(self) -> None:
        """A comment, so that nobody between us takes the silence for an end."""
        if not self._pending:
            self._put(":\n\n")

    def finish(self) -> None:
        """End once all that is queued is taken."""
        self._finished = True
        self._stirred.set()

    def end(self) -> None:
        self.ended = True
        self._stirred.set()

    async def next(self) -> bytes:
        """What is to be sent next; nothing once the stream has ended."""
        await self._stirred.wait()
        self._stirred.clear()
        chunk = b"" if self.ended else b"".join(self._pending)
        self._pending.clear()
        if self._finished:
            self.end()
        return chunk

    def _put(self, message: str) -> None:
        self._pending.append(message.encode())
        self._stirred.set()


class NothingMore(Exception):
    """The page is to come no more: answered 204, after which browsers do not connect again."""


class Feed(ABC):
    """
    What one app tells: at which addresses, to whom, and what is new.

    A topic is what streams are about; all streams of one topic hear the same news.
    """

    channel: ClassVar[str]  # that the app notifies

    @abstractmethod
    def serves(self, path: str) -> bool:
        """Whether a stream can be opened at this path."""

    @abstractmethod
    def admit(self, path: str, visitor: Visitor, user: User, last_seen: int | None) -> Stream:
        """
        A stream for this person, going on after the position that they have seen.

        Called in a thread. Raises a DomainError to refuse, and NothingMore.
        """

    @abstractmethod
    def heard(self, payload: str) -> Iterable[str]:
        """The topics that a payload of the channel is about."""

    @abstractmethod
    def news(self, seen: Mapping[str, int]) -> Mapping[str, Any]:
        """For each topic, what came after this position, for `take`. Called in a thread."""
