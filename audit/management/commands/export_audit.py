from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.reading.forms import ExportForm
from audit.services import exporting
from core.errors import DomainError


class Command(BaseCommand):
    """Write an export of the audit trail into a new folder."""

    help = (
        "Writes entries.jsonl, seals.jsonl, manifest.json, manifest.sig and entries.csv into a"
        " new folder. Check them with verify_audit.py."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, required=True, metavar="DIR")
        parser.add_argument("--with-names", action="store_true")
        for name in ("since", "until", "action", "person", "kind", "thing"):
            parser.add_argument(f"--{name}", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        form = ExportForm(options)
        if not form.is_valid():
            field, messages = next(iter(form.errors.items()))
            raise CommandError(f"--{field}: {messages[0]}")
        try:
            count = exporting.write_export(
                folder=options["to"],
                selection=form.selection,
                with_names=options["with_names"],
            )
        except (DomainError, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{count} entries are in {options['to']}.")
