"""The process that writes the audit trail."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from audit.services import sealing
from outbox.relay import Stop


class Command(BaseCommand):
    """Runs until SIGTERM or SIGINT. Of several at once only one writes."""

    requires_system_checks: list[str] = []  # it is started again after every end: at once
    help = "Write an audit entry for everything that happens, as it happens."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = Stop()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.ask())
        sealing.run(stop)
