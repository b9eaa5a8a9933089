"""Fourteen ways to alter the trail, each tried on a copy."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.services.drilling import TrailTooShort, hold_drill
from audit.services.drilling.scratch import COPIED
from core.actor import SYSTEM


class Command(BaseCommand):
    """
    Alter a copy of the newest entries in fourteen ways and show that each is found.

    The trail itself is only read. Ends with 1 when something was not found.
    """

    help = "Alter a copy of the audit trail in fourteen ways and show that each is found."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--entries", type=int, default=COPIED, help="how many to copy, about")

    def handle(self, *args: Any, entries: int, **options: Any) -> None:
        try:
            drill = hold_drill(actor=SYSTEM, at_most=entries)
        except TrailTooShort as error:
            raise CommandError(str(error)) from error
        for finding in drill.amiss:
            self.stdout.write(f"Amiss beforehand: {finding.said}")
        for number, attempt in enumerate(drill.attempts, start=1):
            self.stdout.write(f"{number:>2}  {attempt.title}\n    {attempt.done}")
            said = f"{attempt.check}: {attempt.said}" if attempt.is_found else "NOT FOUND"
            self.stdout.write(f"    → {said}")
        self.stdout.write(
            f"{drill.found} of {len(drill.attempts)} found, on a copy of the entries"
            f" {drill.first:,} to {drill.last:,}, in {drill.seconds:.1f} s."
        )
        if not drill.is_passed:
            raise CommandError("The drill was not passed.")
