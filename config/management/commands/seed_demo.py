"""Demo people and work for the local profile."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import demo


class Command(BaseCommand):
    """May be repeated; the kept demo password is theirs again then. Fails outside that profile."""

    help = "Add the demo people and their work where they are missing (local profile only)."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            demo.prepare()
        except demo.NotHere as error:
            raise CommandError(str(error)) from error
