"""The sealer as a process: it looks for news twice a second, for ever."""

import logging
from contextlib import suppress

from django.db import connection

from audit.services.sealing.batches import seal_batch
from outbox.relay import Stop

logger = logging.getLogger(__name__)

EVERY = 0.5  # seconds; looking in vain costs one short question
FIRST_PAUSE = 0.1  # seconds after the database could not be reached; doubles
LONGEST_PAUSE = 2.0  # seconds


def run(stop: Stop) -> None:
    """
    Seal until asked to stop, and then once more what came until then.

    No trouble ends it: it tries again soon, for ever.
    """
    pause = FIRST_PAUSE
    while not stop.asked:
        try:
            seal_all(stop)
            pause = FIRST_PAUSE
            stop.wait(EVERY)
        except Exception as error:
            first = pause == FIRST_PAUSE
            logger.warning("Could not seal: %r", error, exc_info=first)
            connection.close()
            stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
    with suppress(Exception):  # the database may be gone by now; nothing is lost by that
        seal_batch()


def seal_all(stop: Stop) -> None:
    """Write all that is new."""
    while not stop.asked and seal_batch():
        pass
