"""The process between the outbox and the workers."""

import logging
import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection

from outbox import relay

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Runs until SIGTERM or SIGINT and survives the database going away for a while."""

    help = "Hand due deliveries to the workers, as they fall due."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            try:
                relay.run(stopped=stop.is_set)
            except (OperationalError, InterfaceError):
                logger.exception("Could not reach the database; trying again.")
                connection.close()
                time.sleep(1)
