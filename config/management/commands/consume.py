"""The process that takes in messages from SQS."""

import signal
import sys
from threading import Event
from typing import Any

from botocore.exceptions import NoCredentialsError, NoRegionError
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.consumer.channel import Channel, MissingQueue
from config.consumer.process import Consumer
from core.queues import QUEUES, handler

MESSAGE_QUEUES = [name for name, queue in QUEUES.items() if queue.kind == "messages"]


class Command(BaseCommand):
    """
    Runs until SIGTERM or SIGINT, then finishes what it holds. As many may run as one likes.

    It outlives SQS and PostgreSQL going away; exit code 1 means that a handler did not end.
    """

    help = "Take in what states and other services send to the message queues."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "queues",
            nargs="*",
            metavar="QUEUE",
            help=f"Only these; all if none is named: {', '.join(MESSAGE_QUEUES)}.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        consumer = Consumer([Channel(QUEUES[name]) for name in _wanted(options)], stop=stop)
        try:
            if not consumer.wait_for_queues():
                return
        except MissingQueue as missing:
            raise CommandError(str(missing)) from None
        except (NoCredentialsError, NoRegionError) as error:
            raise CommandError(f"AWS cannot be asked: {error}") from None
        self.stdout.write(f"Taking in {', '.join(_wanted(options))}.")
        self.stdout.flush()
        if not consumer.run():
            sys.exit(1)


def _wanted(options: dict[str, Any]) -> list[str]:
    """The queues to read. Raises CommandError for what cannot be read."""
    if not settings.QUEUE_URL_BASE:
        raise CommandError(
            f"The profile {settings.PROFILE} has no queues: the workers deliver its messages."
            " Elsewhere say QUEUE_URL_BASE."
        )
    named: list[str] = options["queues"]
    for name in named:
        if name not in MESSAGE_QUEUES:
            raise CommandError(f"There is no queue {name}; there are {', '.join(MESSAGE_QUEUES)}.")
        if handler(name) is None:
            raise CommandError(f"Nobody handles the queue {name} in this release.")
    return named or [name for name in MESSAGE_QUEUES if handler(name)]
