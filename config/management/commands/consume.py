"""The process that takes in messages from SQS."""

import signal
import sys
from threading import Event
from typing import Any

from botocore.exceptions import NoCredentialsError, NoRegionError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.consumer.channel import Channel, MissingQueue
from config.consumer.naming import MESSAGE_QUEUES, wanted_queues
from config.consumer.process import Consumer
from core.queues import QUEUES


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
        names = wanted_queues(options["queues"])
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        consumer = Consumer([Channel(QUEUES[name]) for name in names], stop=stop)
        try:
            if not consumer.wait_for_queues():
                return
        except MissingQueue as missing:
            raise CommandError(str(missing)) from None
        except (NoCredentialsError, NoRegionError) as error:
            raise CommandError(f"AWS cannot be asked: {error}") from None
        self.stdout.write(f"Taking in {', '.join(names)}.")
        self.stdout.flush()
        if not consumer.run():
            sys.exit(1)
