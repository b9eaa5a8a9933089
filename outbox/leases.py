"""Keeps leases running while their deliveries are worked on, so that they can be short."""

import logging
import os
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import count

from django.conf import settings
from django.db import connection

logger = logging.getLogger(__name__)

# (delivery id, attempts): the second is the fencing number.
Lease = tuple[int, int]

LEASE = 15  # seconds; what a dead worker had in hand falls due when they are over
RENEW_EVERY = 4  # seconds; two renewals may fail before a lease lapses
YOUNG = 2  # seconds; most work is over by then and needs no renewal
AGAIN = 1  # seconds after a renewal that failed

# Nobody waits for anybody: rows that are locked now are being settled, or somebody else's.
_RENEW = """
WITH ours AS (
    SELECT delivery.id FROM outbox_delivery AS delivery
    JOIN unnest(%s::bigint[], %s::int[]) AS held (id, attempts) USING (id, attempts)
    WHERE delivery.status = 'WAITING'
    FOR NO KEY UPDATE OF delivery SKIP LOCKED
)
UPDATE outbox_delivery AS delivery SET due_at = statement_timestamp() + make_interval(secs => %s)
FROM ours WHERE delivery.id = ours.id
"""


@contextmanager
def kept(leases: Collection[Lease]) -> Iterator[None]:
    """
    Renew these leases until the block ends, and no longer than a task may take.

    Those that were settled in the meantime, or taken over by somebody else, stay as they are: a
    renewal changes nothing but rows that still have our fencing number.
    """
    key = _keeper.hold(leases)
    try:
        yield
    finally:
        _keeper.drop(key)


class _Keeper:
    """
    One thread for each process that works on deliveries, started when it first does.

    So a thread that hangs in a subscriber does not keep its leases from being renewed, but a
    process that is killed, or that Celery ends after the time limit, does.
    """

    def __init__(self) -> None:
        self._keys = count()
        self._held: dict[int, tuple[float, list[Lease]]] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def hold(self, leases: Collection[Lease]) -> int:
        with self._changed:
            key = next(self._keys)
            self._held[key] = time.monotonic(), list(leases)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="leases", daemon=True)
                self._thread.start()
            self._changed.notify()
            return key

    def drop(self, key: int) -> None:
        with self._changed:
            self._held.pop(key, None)

    def _run(self) -> None:
        pause: float = RENEW_EVERY
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._held)
            time.sleep(pause)
            pause = RENEW_EVERY if self._renew_all() else AGAIN

    def _renew_all(self) -> bool:
        """Whether all that is held is safe for now."""
        with self._changed:
            now, longest = time.monotonic(), settings.CELERY_TASK_TIME_LIMIT
            leases = [
                lease
                for since, each in self._held.values()
                if YOUNG <= now - since < longest
                for lease in each
            ]
        if not leases:
            return True
        try:
            renew(leases)
        except Exception as error:
            logger.warning("Could not renew %d leases: %s", len(leases), error)
            return False
        finally:
            connection.close()  # this thread's own, and seldom needed
        return True


def renew(leases: Collection[Lease]) -> None:
    """Let those that are still ours run for another LEASE from now, by the database's clock."""
    ids, attempts = zip(*leases, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, [list(ids), list(attempts), LEASE])


def _begin_anew() -> None:
    """A forked process has neither its parent's threads nor its work."""
    global _keeper
    _keeper = _Keeper()


_keeper = _Keeper()
os.register_at_fork(after_in_child=_begin_anew)
