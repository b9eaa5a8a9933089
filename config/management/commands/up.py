"""Everything on this machine in one command."""

import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from config import demo, up
from config.postgres import CannotServe
from config.supervisor import Supervisor

PATIENCE = 60  # seconds for everything to answer


class Command(BaseCommand):
    """
    Run the local profile in the foreground until Ctrl-C or SIGTERM.

    PostgreSQL (unless DATABASE_URL names one), migrations, demo people and data, then web,
    events, relay, worker and beat. PORT is the address's port, 8000 if not set.
    """

    help = "Run everything here: database, web, events, relay, worker and beat, until Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.ON_THIS_MACHINE:
            raise CommandError("`up` is the local profile's; a deployment runs each process alone.")
        try:
            with up.only_one_here(settings.VAR_DIR):
                self._supervise(up.wanted_port())
        except (up.CannotRun, CannotServe) as error:
            raise CommandError(str(error)) from error

    def _supervise(self, port: int) -> None:
        supervisor = Supervisor(self._say)
        try:
            self._run(supervisor, port)
        finally:
            self._say("up", "Stopping.")
            supervisor.stop()
            self._say("up", "Stopped; nothing is left running.")

    def _run(self, supervisor: Supervisor, port: int) -> None:
        events_port = up.free_port(int(os.environ.get("EVENTS_PORT", port + 1)))
        if not os.environ.get("DATABASE_URL"):
            up.start_postgres(supervisor, settings.VAR_DIR / "postgres")
        if supervisor.asked_to_stop:
            return
        up.make_folders()
        call_command("migrate", verbosity=0, interactive=False)
        demo.prepare()
        connections.close_all()
        for program in up.programs(port, events_port):
            supervisor.start(program)
        if supervisor.wait_until(lambda: up.answer([port, events_port]), timeout=PATIENCE):
            self._welcome(f"http://{up.HOST}:{port}")
            supervisor.run()
        elif not supervisor.asked_to_stop:
            raise up.CannotRun(f"Not everything answered within {PATIENCE} seconds.")

    def _welcome(self, address: str) -> None:
        self.stdout.write(f"\nImprimatur runs at {address}\n")
        self.stdout.write(
            f"Sign in with one of these addresses and the password {demo.password()}\n\n"
        )
        for person in demo.PEOPLE:
            self.stdout.write(f"  {person.email:20} {person.name}, {person.does}\n")
        self.stdout.write("\nCtrl-C stops everything. The data stays in var/.\n\n")
        self.stdout.flush()

    def _say(self, name: str, line: str) -> None:
        self.stdout.write(f"{name:8} | {line}")
        self.stdout.flush()
