"""Says whether the engine would run a definition."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from workflows import definitions
from workflows.exceptions import InvalidDefinition


class Command(BaseCommand):
    """Runs without a database or system checks, so in any CI; exits with 1 on a problem."""

    help = "Check an Amazon States Language file; every problem is a line that names its place."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="an .asl.json file")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path}: cannot be read: {error}") from None
        try:
            content = definitions.read(text, settings.WORKFLOW_SUBSTITUTIONS)
            machine = definitions.parsed(content, name=path.name.partition(".")[0])
        except InvalidDefinition as error:
            lines = [f"{path}: {line}" for line in str(error).splitlines()]
            raise CommandError("\n".join(lines)) from None
        self.stdout.write(f"{path}: {len(machine.states)} states, nothing wrong.")
