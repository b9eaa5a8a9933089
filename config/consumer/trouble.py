"""Telling the machinery's trouble from a message's own fault, and waiting for it to pass."""

import logging
from collections.abc import Iterator
from threading import Event

from botocore.exceptions import BotoCoreError, ClientError
from django.db import (
    DatabaseError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    connection,
)

from core.database import is_unreachable
from core.queues import NotYet
from workflows.exceptions import StateMachineDoesNotExist

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 5.0  # seconds

# InternalError: among others, a server that became read-only under us in a failover.
_OF_THE_MACHINERY = (
    OperationalError,
    InterfaceError,
    InternalError,
    BotoCoreError,
    ClientError,
    OSError,
    MemoryError,
    NotYet,
    StateMachineDoesNotExist,  # not deployed yet, or another one is configured
)
# A table, column or function that is not there yet, or no right to it: a migration is still to run.
_NOT_MIGRATED = {"42P01", "42703", "42883", "42501"}

_TAKES_WRITES = (
    "SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'"
)


def is_trouble(error: BaseException | None) -> bool:
    """Whether the error, or what it was raised from, says nothing about the message."""
    while error is not None:
        if isinstance(error, _OF_THE_MACHINERY) or _is_of_the_database(error):
            return True
        error = error.__cause__
    return False


def _is_of_the_database(error: BaseException) -> bool:
    return is_unreachable(error) or _lacks_a_migration(error)


def _lacks_a_migration(error: BaseException) -> bool:
    return (
        isinstance(error, ProgrammingError)
        and getattr(error.__cause__, "pgcode", None) in _NOT_MIGRATED
    )


def pauses(first: float = 0.25) -> Iterator[float]:
    """Seconds to wait before each new try: doubling, up to LONGEST_PAUSE."""
    pause = first
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE)


def wait_for_database(stop: Event) -> bool:
    """Return True as soon as the database takes writes, False when asked to stop before."""
    for pause in pauses():
        if stop.wait(pause):
            break
        if database_answers():
            return True
    return False


def database_answers() -> bool:
    """Whether a new connection to it takes writes; one that does is kept."""
    try:
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute(_TAKES_WRITES)
            if cursor.fetchone()[0]:
                return True
        answer = "it is read-only"
    except (DatabaseError, InterfaceError) as error:
        answer = str(error).strip()
    logger.warning("The database does not take writes; waiting for it: %s", answer)
    connection.close()
    return False
