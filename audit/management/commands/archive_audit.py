"""Old entries to the archive, now."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.services.archiving import CannotArchive, archive_old


class Command(BaseCommand):
    """
    Move entries older than AUDIT_KEEP_DAYS to the archive in the storage of files.

    Beat does the same once a day. May be killed and repeated at any time.
    """

    help = "Move old entries of the audit trail to the archive (AUDIT_KEEP_DAYS)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.AUDIT_KEEP_DAYS:
            raise CommandError("AUDIT_KEEP_DAYS is not set: entries are kept for ever.")
        try:
            moved = archive_old()
        except CannotArchive as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{moved} entries went to the archive.")
