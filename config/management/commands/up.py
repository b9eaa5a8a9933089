"""Everything on this machine in one command."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from config import demo, up
from config.postgres import CannotServe
from config.supervisor import Supervisor

if settings.AWS:  # it loads boto3, which the local profile can do without
    from config import rehearsal

PATIENCE = 60  # seconds for everything to answer


class Command(BaseCommand):
    """
    Run the product in the foreground until Ctrl-C or SIGTERM, in a profile of this machine.

    PostgreSQL (unless DATABASE_URL names one), migrations, demo people and data, then web,
    events, relay, worker and beat. PORT is the address's port, 8000 if not set. The profile
    `aws-emulated` starts an emulator of AWS besides (EMULATOR, EMULATOR_PORT), and a consumer;
    AI_LOCAL_MODEL=1 a small language model that answers AI queries.
    """

    help = "Run everything here: database, web, events, relay, worker and beat, until Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.ON_THIS_MACHINE:
            raise CommandError(
                "`up` is for the profiles local and aws-emulated; a deployment runs each process"
                " alone."
            )
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
        if supervisor.lost:
            raise up.CannotRun(f"The {supervisor.lost} ended by itself, and so everything did.")

    def _run(self, supervisor: Supervisor, port: int) -> None:
        staged = rehearsal.wanted() if settings.AWS else None
        model = up.start_model(supervisor) if os.environ.get("AI_LOCAL_MODEL") else None
        own_database = not os.environ.get("DATABASE_URL")
        if staged:
            if own_database and rehearsal.start_anew(settings.VAR_DIR):
                self._say("up", "The emulator forgets when it stops, so the data starts anew, too.")
            staged.start(supervisor)
        if own_database:
            up.start_postgres(supervisor, settings.VAR_DIR / "postgres")
        up.make_folders()
        call_command("migrate", verbosity=0, interactive=False)
        demo.prepare()
        connections.close_all()
        if staged:
            staged.furnish(supervisor)
        if model:
            up.wait_for_model(supervisor, model)
        if not supervisor.asked_to_stop:
            self._run_programs(supervisor, port, staged)

    def _run_programs(
        self, supervisor: Supervisor, port: int, staged: rehearsal.Rehearsal | None
    ) -> None:
        events_port = up.free_port(int(os.environ.get("EVENTS_PORT", port + 1)))
        for program in up.programs(port, events_port, staged.environment if staged else {}):
            supervisor.start(program)
        if supervisor.wait_until(lambda: up.answer([port, events_port]), timeout=PATIENCE):
            self._welcome(f"http://{up.HOST}:{port}", staged)
            supervisor.run()
        elif not supervisor.asked_to_stop and not supervisor.lost:
            raise up.CannotRun(f"Not everything answered within {PATIENCE} seconds.")

    def _welcome(self, address: str, staged: rehearsal.Rehearsal | None) -> None:
        self.stdout.write(f"\nImprimatur runs at {address}\n")
        self.stdout.write(
            f"Sign in with one of these addresses and the password {demo.password()}\n\n"
        )
        for person in demo.PEOPLE:
            self.stdout.write(f"  {person.email:20} {person.name}, {person.does}\n")
        if staged:
            self.stdout.write(f"\n{staged.words()}")
            self.stdout.write("\nCtrl-C stops everything. The next start begins anew.\n\n")
        else:
            self.stdout.write("\nCtrl-C stops everything. The data stays in var/.\n\n")
        self.stdout.flush()

    def _say(self, name: str, line: str) -> None:
        if name == "emulator":  # a line for each call
            with (settings.VAR_DIR / "emulator.log").open("a", encoding="utf-8") as log:
                log.write(f"{line}\n")
            return
        self.stdout.write(f"{name:8} | {line}")
        self.stdout.flush()
