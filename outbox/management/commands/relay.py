"""The process between the outbox and the workers."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from outbox import relay


class Command(BaseCommand):
    """Runs until SIGTERM or SIGINT, whatever becomes of the database and the broker."""

    help = "Hand due deliveries to the workers, as they fall due."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = relay.Stop()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.ask())
        relay.run(stop)
