"""Brings dead letters back to life."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.actor import SYSTEM
from outbox import housekeeping
from outbox.models import Delivery


class Command(BaseCommand):
    """May be repeated: only dead deliveries are touched. Each replay is an event."""

    help = "Give dead deliveries another eight attempts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ids", nargs="*", type=int, help="Deliveries; all dead ones if none.")
        parser.add_argument("--subscriber", help="Only those of this subscriber.")

    def handle(self, *args: Any, **options: Any) -> None:
        dead = Delivery.objects.dead()
        if options["ids"]:
            dead = dead.filter(pk__in=options["ids"])
        if options["subscriber"]:
            dead = dead.filter(subscriber=options["subscriber"])
        count = housekeeping.replay(dead.values_list("pk", flat=True), actor=SYSTEM)
        self.stdout.write(f"{count} deliveries wait for the relay again.")
