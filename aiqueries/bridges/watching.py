"""Notices within a second that nobody waits for a call any more, so that it can be ended."""

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from uuid import UUID

from django.db import connection

from aiqueries.selectors.life import unwanted

logger = logging.getLogger(__name__)

EVERY = 0.4  # seconds between two looks


@contextmanager
def watched(query_id: UUID, turn: int) -> Iterator[threading.Event]:
    """
    An event that is set once this turn of the query is over, or somebody wants it cancelled.

    To look at it costs nothing, from any thread: one thread asks for all calls of this process.
    """
    over = threading.Event()
    key = _watch.begin(query_id, turn, over)
    try:
        yield over
    finally:
        _watch.end(key)


class _Watch:
    """Started when a call is first watched; it holds a connection only while there are calls."""

    def __init__(self) -> None:
        self._keys = count()
        self._calls: dict[int, tuple[UUID, int, threading.Event]] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def begin(self, query_id: UUID, turn: int, over: threading.Event) -> int:
        with self._changed:
            key = next(self._keys)
            self._calls[key] = query_id, turn, over
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="watching", daemon=True)
                self._thread.start()
            self._changed.notify()
            return key

    def end(self, key: int) -> None:
        with self._changed:
            self._calls.pop(key, None)

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._calls:
                    connection.close()
                self._changed.wait_for(lambda: self._calls)
            time.sleep(EVERY)
            self._look()

    def _look(self) -> None:
        with self._changed:
            calls = list(self._calls.values())
        try:
            over = unwanted([(query_id, turn) for query_id, turn, _ in calls]) if calls else set()
        except Exception as error:
            # Who cannot be asked is waited for: the calls have timeouts of their own.
            logger.warning("Could not look after %d calls: %s", len(calls), error)
            connection.close()
            return
        for query_id, turn, event in calls:
            if (query_id, turn) in over:
                event.set()


def _begin_anew() -> None:
    """A forked process has neither its parent's thread nor its calls."""
    global _watch
    _watch = _Watch()


_watch = _Watch()
os.register_at_fork(after_in_child=_begin_anew)
