"""Carrying on when the database goes away for a moment: a crash, a failover, a restart."""

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, Error, InterfaceError, OperationalError, connection

T = TypeVar("T")

PATIENCE = 10  # seconds; PostgreSQL is back within one or two of a crash
FIRST_PAUSE = 0.1  # seconds; doubles
LONGEST_PAUSE = 1.0  # seconds


def is_unreachable(error: BaseException) -> bool:
    """
    Whether the server was gone, or had to give up (a deadlock, say): no fault of the statement's.

    A connection that breaks while psycopg2 waits for the answer is a DatabaseError of no kind.
    """
    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError


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
        except Error as error:
            over = connection.in_atomic_block or time.monotonic() > until
            if over or not is_unreachable(error):
                raise
        connection.close()
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
