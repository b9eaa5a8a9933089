"""Carrying on when the database goes away for a moment: a crash, a failover, a restart."""

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

T = TypeVar("T")

# What a statement ends in when the server is gone, or when it had to give up (a deadlock, say).
UNREACHABLE = (OperationalError, InterfaceError)
PATIENCE = 10  # seconds; PostgreSQL is back within one or two of a crash
FIRST_PAUSE = 0.1  # seconds; doubles
LONGEST_PAUSE = 1.0  # seconds


def persistently(work: Callable[[], T], *, patience: float = PATIENCE) -> T:
    """
    Do this on the database, for `patience` seconds again and again should it be unreachable.

    The work may have been done although no answer came, so it must not mind being repeated. Inside
    a transaction, which is lost with its connection, it is tried once.
    """
    until = time.monotonic() + patience
    pause = FIRST_PAUSE
    while True:
        try:
            return work()
        except UNREACHABLE:
            if connection.in_atomic_block or time.monotonic() > until:
                raise
        connection.close()
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
