"""Dead letters of the message queues, for people."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.consumer.channel import Channel, MissingQueue
from config.consumer.dead import DeadLetters, Letter
from config.consumer.naming import MESSAGE_QUEUES, wanted_queues
from core.actor import SYSTEM
from core.queues import QUEUES


class Command(BaseCommand):
    """Never shows what a message says: it may hold a task token."""

    help = "List messages that were set aside with their reasons, put them back, or drop them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["list", "redrive", "drop"])
        parser.add_argument("ids", nargs="*", metavar="ID", help="Messages, as `list` names them.")
        parser.add_argument("--all", action="store_true", help="With redrive: every one.")
        parser.add_argument(
            "--queue",
            choices=MESSAGE_QUEUES,
            action="append",
            default=[],
            help="Only of this queue; may be repeated.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        what, ids = options["what"], set(options["ids"])
        _ensure_it_is_clear(what, ids, everything=options["all"])
        total = 0
        for name in wanted_queues(options["queue"]):
            channel = Channel(QUEUES[name])
            try:
                channel.ensure_it_exists()
            except MissingQueue as missing:
                raise CommandError(str(missing)) from None
            dead = DeadLetters(channel)
            letters = dead.read()
            chosen = [
                each for each in letters if what == "list" or options["all"] or each.id in ids
            ]
            taken: list[Letter] = []
            try:
                taken = self._act(what, dead, name, chosen)
            finally:
                dead.put_down(each for each in letters if each not in taken)
            total += len(chosen)
        done = {"list": "set aside", "redrive": "put back", "drop": "dropped"}[what]
        self.stdout.write(f"{total} {'message' if total == 1 else 'messages'} {done}.")

    def _act(self, what: str, dead: DeadLetters, queue: str, letters: list[Letter]) -> list[Letter]:
        """Do it; returns those that are not among the dead letters any more."""
        if what == "list":
            for letter in letters:
                self.stdout.write(
                    f"{letter.id}  {queue}  {letter.sent_at:%Y-%m-%d %H:%M:%S}  {letter.reason}"
                )
            return []
        if letters and what == "drop":
            dead.drop(letters, actor=SYSTEM)
        elif letters:
            if cut := [letter.id for letter in letters if not letter.is_whole]:
                raise CommandError(f"Too large to have been kept whole: {', '.join(cut)}.")
            dead.redrive(letters, actor=SYSTEM)
        return letters


def _ensure_it_is_clear(what: str, ids: set[str], *, everything: bool) -> None:
    if what == "list" and (ids or everything):
        raise CommandError("list takes no ids; it shows every message, or those of --queue.")
    if what == "redrive" and bool(ids) == everything:
        raise CommandError("Name the messages to put back, or say --all.")
    if what == "drop" and (everything or not ids):
        raise CommandError("Name the messages to drop, one by one.")
