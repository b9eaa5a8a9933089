"""The check of everything that is kept of the audit trail."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.services.checking import CHECKS, Verification
from audit.services.verifying import WORKERS, notes_in, verify_trail
from core.actor import SYSTEM


class Command(BaseCommand):
    """
    Check every entry, record, link, key, node and seal of the audit trail.

    Ends with 1 when something is not as it should be. Changes nothing; that it was checked is an
    event.
    """

    help = "Check everything that is kept of the audit trail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=int, default=0, help="entries to pass over: n × 256")
        parser.add_argument(
            "--heads",
            action="append",
            default=[],
            type=argparse.FileType(encoding="utf-8"),
            help="a file with heads that left the building; may be repeated",
        )
        parser.add_argument("--workers", type=int, default=WORKERS, help="sessions of the database")

    def handle(self, *args: Any, since: int, heads: list[Any], **options: Any) -> None:
        outside = [note for file in heads for note in notes_in(file.read())]
        try:
            seen = verify_trail(
                actor=SYSTEM, since=since, outside=outside, workers=max(1, options["workers"])
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        self._tell(seen)
        if not seen.is_whole:
            raise CommandError("The trail is not as it was written.")

    def _tell(self, seen: Verification) -> None:
        for check, meaning in CHECKS.items():
            failed = seen.failed[check]
            self.stdout.write(f"{failed or 'ok':>6}  {check:<11} {meaning}")
        for finding in seen.findings:
            place = f"{finding.sequence}: " if finding.sequence else ""
            self.stdout.write(f"{finding.check}: {place}{finding.said}")
        self.stdout.write(
            f"Entries {seen.first:,} to {seen.size:,}, of which {seen.sealed:,} are sealed;"
            f" {seen.seals:,} seals, {seen.boxes:,} boxes, {seen.heads:,} heads from outside;"
            f" {seen.seconds:.1f} s."
        )
