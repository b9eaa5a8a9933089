"""The sealer as a process: it looks for news every second, for ever."""

import gc
import logging
import time
from contextlib import suppress

from django.db import connection

from audit.services.sealing.batches import seal_batch
from audit.services.signing import sign_head
from outbox.relay import Stop

logger = logging.getLogger(__name__)

EVERY = 1.0  # seconds; looking in vain costs one short question
FIRST_PAUSE = 0.1  # seconds after the database could not be reached; doubles
LONGEST_PAUSE = 2.0  # seconds
# Where a batch was smaller, more is let come together: a batch costs as much as fifty entries.
WORTH_ANOTHER = 500  # entries
SIGNED_EVERY = 1.0  # seconds, while there is more to write than one batch
LONGEST_UNSIGNED = 60.0  # seconds until it is tried again to sign
# A batch makes a hundred thousand objects, and all of them live until its end.
_OBJECTS = 200_000


def run(stop: Stop) -> None:
    """
    Seal until asked to stop, and then once more what came until then.

    No trouble ends it: it tries again soon, for ever.
    """
    gc.set_threshold(_OBJECTS)
    head, pause = Head(), FIRST_PAUSE
    while not stop.asked:
        try:
            seal_all(stop, head)
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
        head.sign()


class Head:
    """The newest tree head, and whether it is still to be signed."""

    def __init__(self) -> None:
        self._unsigned = True  # whoever sealed before may not have come to it
        self._signed_at = self._not_before = 0.0
        self._pause = FIRST_PAUSE

    def grown(self) -> None:
        """There is a newer head. It is signed at once if that has been long ago."""
        self._unsigned = True
        if time.monotonic() - self._signed_at > SIGNED_EVERY:
            self.sign()

    def sign(self) -> None:
        """
        Sign the newest head, if it is not.

        Nobody waits for that: while it fails, entries are written all the same, and it is tried
        again after growing pauses.
        """
        now = time.monotonic()
        if not self._unsigned or now < self._not_before:
            return
        try:
            sign_head()
        except Exception:
            logger.exception("Could not sign the head of the audit trail.")
            self._pause = min(2 * self._pause, LONGEST_UNSIGNED)
            self._not_before = now + self._pause
        else:
            self._unsigned, self._signed_at, self._pause = False, now, FIRST_PAUSE


def seal_all(stop: Stop, head: Head) -> None:
    """Write all that is new, and sign what it came to."""
    while not stop.asked and (written := seal_batch()):
        head.grown()
        if written < WORTH_ANOTHER:
            break
    head.sign()
