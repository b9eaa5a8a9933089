"""Takes in an answer word by word, and keeps what has come where open pages see it."""

import logging
import time
from datetime import datetime

from django.db import Error
from django.utils import timezone

from aiqueries.services import running

logger = logging.getLogger(__name__)

EVERY = 0.25  # seconds; nobody reads faster
SLOWER = (
    200_000  # characters; so many more make it a second longer, since all are written each time
)


class Ear:
    """What has come of one call. Call it with each piece; `deaf` once nobody listens any more."""

    def __init__(self, started: running.Started) -> None:
        self.first_at: datetime | None = None
        self.deaf = False
        self._started = started
        self._text = ""
        self._due = time.monotonic() + EVERY

    def __call__(self, piece: str) -> None:
        self.first_at = self.first_at or timezone.now()
        self._text += piece
        if time.monotonic() >= self._due:
            self._keep()
            self._due = time.monotonic() + EVERY + len(self._text) / SLOWER

    def _keep(self) -> None:
        try:
            self.deaf = not running.note_progress(self._started, self._text)
        except Error as error:
            # The answer itself is kept when it is whole.
            logger.warning("Could not keep how far an answer has come: %s", error)
