"""What the product needs on AWS, made where it is missing."""

from argparse import ArgumentParser
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.core.management.base import BaseCommand, CommandError

from config import bootstrap
from config.bootstrap.secret import NoDatabase
from config.bootstrap.things import State, Thing, here
from config.bootstrap.workflow import CannotTarget

KINDS = ("queues", "role", "machine", "rule", "bucket", "secret", "mail", "key")
_DONE = {State.ABSENT: "created", State.DIFFERENT: "changed"}


class Command(BaseCommand):
    """
    Make queues, state machine, rule, bucket, secret, mail identity and key where they are missing.

    May be repeated: a second run changes nothing. Never deletes, and never overwrites a secret.
    Prints what the processes have to be told, as NAME=value lines, once all is there.
    """

    # They ask for what this command makes.
    requires_system_checks = ()
    help = "Make what the product needs on AWS, where it is missing (sandboxes and rehearsals)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")
        parser.add_argument(
            "--skip", nargs="+", default=[], choices=KINDS, metavar="KIND", help=", ".join(KINDS)
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            place = here()
            for thing in bootstrap.things(place):
                if thing.kind in options["skip"]:
                    self.stdout.write(f"- {thing.name}: left out")
                else:
                    self._see_to(thing, dry_run=options["dry_run"])
            dry_run = options["dry_run"]
            self._tell("The processes", bootstrap.environment(place), dry_run=dry_run)
            if alone := bootstrap.environment_of_migrations(place):
                self._tell("Migrations alone", alone, dry_run=dry_run)
        except (BotoCoreError, ClientError) as error:
            raise CommandError(f"AWS cannot be asked: {error}") from error

    def _see_to(self, thing: Thing, *, dry_run: bool) -> None:
        try:
            state = thing.look()
            if state is State.AS_WANTED:
                self.stdout.write(f"✓ {thing.name}")
            elif dry_run:
                self.stdout.write(f"+ {thing.name}: would {state.value} it")
            else:
                thing.mend(state)
                self.stdout.write(f"✓ {thing.name}: {_DONE[state]}")
        except (BotoCoreError, ClientError, CannotTarget, NoDatabase) as error:
            raise CommandError(
                f"✗ {thing.name}: {error} (`--skip {thing.kind}` goes on without it.)"
            ) from error

    def _tell(self, whom: str, environment: dict[str, str], *, dry_run: bool) -> None:
        words = "would be told" if dry_run else "have to be told"
        self.stdout.write(f"\n{whom} {words}:\n")
        for name, value in environment.items():
            self.stdout.write(f"{name}={value}")
