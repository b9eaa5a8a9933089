"""The consumer's process: a thread for each queue, and an orderly end."""

import logging
import time
from collections.abc import Callable, Sequence
from threading import Event, Thread

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from config.consumer.burying import Undertaker
from config.consumer.channel import LONG_POLL, Channel
from config.consumer.holding import Holder
from config.consumer.trouble import pauses
from config.consumer.working import Worker

logger = logging.getLogger(__name__)

TICK = 0.2  # seconds
PATIENCE = 20.0  # seconds in which what is in hand must be done after SIGTERM
HUNG = 300.0  # seconds; no handler takes nearly as long


class Consumer:
    """Takes in the messages of these queues until `stop` is set."""

    def __init__(self, channels: Sequence[Channel], *, stop: Event) -> None:
        self._channels = channels
        self._stop_asked = stop
        self._holder = Holder()
        self._undertaker = Undertaker(self._holder)
        self._workers = [
            Worker(channel, stop=stop, holder=self._holder, undertaker=self._undertaker)
            for channel in channels
        ]

    def wait_for_queues(self) -> bool:
        """
        False when asked to stop before SQS answered.

        Raises MissingQueue, and botocore's errors where nobody said whose SQS it is.
        """
        for channel in self._channels:
            for pause in pauses():
                try:
                    channel.ensure_it_exists()
                    break
                except (NoCredentialsError, NoRegionError):
                    raise
                except (BotoCoreError, ClientError) as error:
                    logger.warning("SQS does not answer yet: %s", type(error).__name__)
                if self._stop_asked.wait(pause):
                    return False
        return True

    def run(self) -> bool:
        """Work until asked to stop; True if all that was in hand was finished."""
        _start(self._holder.run)
        undertaker = _start(self._undertaker.run)
        threads = [_start(worker.run) for worker in self._workers]
        while not self._stop_asked.wait(TICK):
            if self._hangs():
                return False
        self._drain(threads)
        self._undertaker.stop()
        undertaker.join(PATIENCE / 2)
        self._holder.stop()
        return not self._holds_messages()

    def _hangs(self) -> bool:
        for worker in self._workers:
            if worker.called_at is not None and time.monotonic() - worker.called_at > HUNG:
                logger.error("%s hangs; this process ends so that others take over.", worker.name)
                return True
        return False

    def _drain(self, threads: Sequence[Thread]) -> None:
        """Let the workers finish. One that still waits for SQS's answer holds nothing."""
        began = time.monotonic()
        while any(thread.is_alive() for thread in threads):
            waited = time.monotonic() - began
            if waited > PATIENCE or (waited > LONG_POLL + 2 and not self._holds_messages()):
                return
            time.sleep(TICK)

    def _holds_messages(self) -> bool:
        return any(worker.holds_messages for worker in self._workers)


def _start(work: Callable[[], None]) -> Thread:
    """A thread that keeps no process alive."""
    thread = Thread(target=work, daemon=True)
    thread.start()
    return thread
