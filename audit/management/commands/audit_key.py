"""The key that signs the audit trail."""

from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.proof import signers
from audit.services import signing


class Command(BaseCommand):
    """
    Show the keys that sign or signed, make a key file, or put another key in its place.

    `rotate` puts a new key into AUDIT_KEY_FILE, introduced by the old one, whose private half is
    gone afterwards. `introduce KEY` has today's key vouch for one in KMS: then set AUDIT_KMS_KEY
    to it.
    """

    help = "Show, make, rotate or introduce the key that signs the audit trail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["show", "make", "rotate", "introduce"])
        parser.add_argument("kms_key", nargs="?", help="id, ARN or alias, to introduce")

    def handle(self, *args: Any, action: str, kms_key: str | None, **options: Any) -> None:
        if (action == "introduce") != (kms_key is not None):
            raise CommandError("`introduce`, and nothing else, takes the name of a key in KMS.")
        try:
            getattr(self, f"_{action}")(kms_key)
        except (signers.NoSigningKey, BotoCoreError, ClientError) as error:
            raise CommandError(str(error)) from error

    def _show(self, _: str | None) -> None:
        for key in signing.key_list():
            how = "introduced by an earlier one" if key["introduction"] else "not introduced"
            self.stdout.write(f"{key['vkey']}  since {key['since']}, {how}")

    def _make(self, _: str | None) -> None:
        path = self._file()
        if not signers.make_key_file(path):
            raise CommandError(f"There is a file at {path} already. It stays as it is.")
        self.stdout.write(f"A new key is in {path}. Nobody but this user may read it.")

    def _rotate(self, _: str | None) -> None:
        self._file()
        self.stdout.write(f"From now on the trail is signed with {signing.rotate_key_file()}")

    def _introduce(self, kms_key: str | None) -> None:
        key = signing.introduce(signers.KmsSigner(str(kms_key)))
        self.stdout.write(f"{key} is introduced. Now set AUDIT_KMS_KEY={kms_key}")

    def _file(self) -> Path:
        if settings.AUDIT_KMS_KEY or not settings.AUDIT_KEY_FILE:
            raise CommandError("The trail is not signed with a key file: see AUDIT_KEY_FILE.")
        return Path(settings.AUDIT_KEY_FILE)
