"""Django's `check`, with the database's checks."""

from django.core.management.base import CommandParser
from django.core.management.commands import check


class Command(check.Command):
    """Look at the database, too, unless other databases are named: who may change what there."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(databases=["default"])
