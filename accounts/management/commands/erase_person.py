from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.erasure import Counts, Erasure, erase_person, find_person
from core.actor import SYSTEM
from core.errors import DomainError


class Command(BaseCommand):
    """Erase what identifies a person. Says what went in numbers alone: its output may be kept."""

    help = "Erase what identifies a person, for good. What they did stays, as somebody's."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("who", help="their e-mail address or id")
        parser.add_argument(
            "--also", action="append", default=[], help="another name that texts call them by"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(
        self, *, who: str, also: list[str], dry_run: bool, yes: bool, **options: Any
    ) -> None:
        try:
            person = find_person(who)
            if not (dry_run or yes or person.erased_at):
                self._ask(person.email)
            erasure = erase_person(person_id=person.pk, actor=SYSTEM, also=also, dry_run=dry_run)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self._tell(erasure, dry_run)

    def _ask(self, address: str) -> None:
        typed = input("This cannot be undone. Type their e-mail address to go on: ")
        if typed.strip().lower() != address:
            raise CommandError("That is not their address. Nothing was erased.")

    def _tell(self, erasure: Erasure, dry_run: bool) -> None:
        if erasure.already:
            self.stdout.write("They were erased before.")
            return
        for objection in erasure.objections:
            self.stdout.write(f"Not yet: {objection}")
        self._count("Would go:" if dry_run else "Gone:", erasure.forgotten)
        self._count("Names them and stays:", erasure.kept)
        if not dry_run:
            self.stdout.write(f"Erased: {erasure.person_id}")

    def _count(self, title: str, found: dict[str, Counts]) -> None:
        if found:
            self.stdout.write(title)
        for app, counts in found.items():
            for what, count in counts.items():
                self.stdout.write(f"  {app}: {count:,} {what}")
