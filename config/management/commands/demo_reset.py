"""Back to the beginning."""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.up import AlreadyRunning, only_one_here


class Command(BaseCommand):
    """
    Throw away what `manage.py up` keeps under var/: database, demo password, mailbox, files.

    Refuses while `manage.py up` runs in this folder.
    """

    help = "Throw away the local data; the next start makes it anew."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.ON_THIS_MACHINE:
            raise CommandError("Only the local profile has data that may be thrown away.")
        try:
            with only_one_here(settings.VAR_DIR):
                for entry in filter(_is_data, settings.VAR_DIR.iterdir()):
                    shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        except AlreadyRunning as error:
            raise CommandError(str(error)) from error
        self.stdout.write("The local data is gone. `make run` starts anew.")


def _is_data(entry: Path) -> bool:
    """Not what tests, benchmarks and rehearsals keep there, nor a lock."""
    return not entry.name.startswith(("test", "bench", "aws")) and entry.suffix != ".lock"
