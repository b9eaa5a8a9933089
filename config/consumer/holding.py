"""Keeps messages hidden from other readers for as long as they are in hand here."""

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from threading import Event, Lock

from config.consumer.channel import Channel
from config.consumer.reading import Message

logger = logging.getLogger(__name__)

TICK = 0.5  # seconds


class Holder:
    """A heartbeat: half-way to the end of a message's visibility it asks for all of it again."""

    def __init__(self) -> None:
        self._held: dict[Message, tuple[Channel, float]] = {}
        self._lock = Lock()
        self._stop_asked = Event()

    def run(self) -> None:
        while not self._stop_asked.wait(TICK):
            for channel, messages in self._due().items():
                try:
                    self._hide(channel, messages)
                except Exception as error:
                    logger.warning(
                        "Could not keep %d messages of %s hidden, trying again: %s",
                        len(messages),
                        channel.name,
                        type(error).__name__,
                    )

    def stop(self) -> None:
        self._stop_asked.set()

    def hold(self, channel: Channel, messages: Iterable[Message]) -> None:
        """Keep these hidden from now on. They were received just now."""
        until = time.monotonic() + channel.queue.visibility
        with self._lock:
            self._held.update((message, (channel, until)) for message in messages)

    def let_go(self, messages: Iterable[Message]) -> None:
        """They are settled, or somebody else's."""
        with self._lock:
            for message in messages:
                self._held.pop(message, None)

    def _due(self) -> dict[Channel, list[Message]]:
        now = time.monotonic()
        due: dict[Channel, list[Message]] = defaultdict(list)
        with self._lock:
            for message, (channel, until) in self._held.items():
                if until - now < channel.queue.visibility / 2:
                    due[channel].append(message)
        return due

    def _hide(self, channel: Channel, messages: Sequence[Message]) -> None:
        until = time.monotonic() + channel.queue.visibility
        self.let_go(channel.hide(messages, channel.queue.visibility))
        with self._lock:
            for message in messages:
                if message in self._held:
                    self._held[message] = (channel, until)
