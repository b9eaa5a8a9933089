"""The profile `aws-emulated` under `manage.py up`: an emulator, and everything made in it."""

import os
import shutil
import sys
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command

from config import bootstrap, postgres
from config.bootstrap.things import here
from config.emulator import REGION, Emulator
from config.processes import environment_with
from config.supervisor import Program, Supervisor
from config.up import CannotRun, is_free
from core import aws

PATIENCE = 30.0  # seconds for the emulator to answer
KEPT = {"secret-key", "demo-password"}


@dataclass(kw_only=True)
class Rehearsal:
    """One emulator for one run of the product, and what its processes have to be told of it."""

    emulator: Emulator
    environment: dict[str, str] = field(default_factory=dict)
    for_migrations: dict[str, str] = field(default_factory=dict)

    def start(self, supervisor: Supervisor) -> None:
        """Run the emulator until the end; it may take a while to answer."""
        supervisor.start(
            Program(
                name="emulator",
                command=self.emulator.command(),
                environment=self.emulator.own_environment(),
                stage=0,
                essential=True,
            )
        )

    def furnish(self, supervisor: Supervisor) -> None:
        """Wait for the emulator and make everything in it. Raises CannotRun."""
        if not supervisor.wait_until(self.emulator.answers, timeout=PATIENCE):
            if not supervisor.asked_to_stop:
                raise CannotRun("The emulator does not answer; its log is in emulator.log.")
            return
        self.emulator.prepare()
        self._leave_the_real_aws()
        self._name_the_roles()
        try:
            call_command("bootstrap_aws", skip=self.emulator.lacks, stdout=StringIO())
        except CommandError as error:
            raise CannotRun(str(error)) from error
        self.environment = bootstrap.environment(here())
        if "key" in self.emulator.lacks:
            del self.environment["AUDIT_KMS_KEY"]  # a file signs instead
        self.for_migrations = bootstrap.environment_of_migrations(here())
        # From here on the database is known by its secrets only.
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            os.environ.pop(name, None)
        self._note()
        aws.forget()  # nobody here asks again
        if self.emulator.kind == "moto":
            supervisor.start(self._event_bridge())

    def _name_the_roles(self) -> None:
        """How to sign in to our own database, for the secrets that are made of it."""
        if not os.environ.get("DATABASE_URL"):
            data = settings.VAR_DIR / "postgres"
            os.environ["DATABASE_URL"] = postgres.url(data, role=postgres.APPLICATION)
            os.environ["DATABASE_OWNER_URL"] = postgres.url(data, role=postgres.OWNER)

    def _event_bridge(self) -> Program:
        """moto sends no events of executions, which AWS and MiniStack do."""
        queue = f"{self.environment['QUEUE_URL_BASE']}{self.environment['QUEUE_PREFIX']}"
        machine = self.environment["STATE_MACHINE_ARN"]
        command = ["-m", "config.emulated_events", machine, f"{queue}execution-status"]
        return Program(
            name="eventbridge",
            command=[sys.executable, *command],
            environment=environment_with(),
            stage=1,
        )

    def _leave_the_real_aws(self) -> None:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]  # no endpoint and no credentials of the real AWS
        nowhere = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull)
        os.environ.update({**self.emulator.environment, **nowhere})
        aws.forget()

    def _note(self) -> None:
        """Leave the environment in a file, for commands that somebody runs besides."""
        profile = {"PROFILE": settings.PROFILE, "VAR_DIR": str(settings.VAR_DIR.parent)}
        said = {**profile, **self.emulator.environment, **self.environment}
        said |= self.for_migrations
        lines = [f"{name}={value}\n" for name, value in said.items()]
        (settings.VAR_DIR / "environment").write_text("".join(lines), encoding="utf-8")

    def words(self) -> str:
        """For the person at the terminal: where AWS is, and how to see the executions."""
        aws_program = _short(Path(sys.executable).parent / "aws")
        note = _short(settings.VAR_DIR / "environment")
        return (
            f"AWS is {self.emulator.kind} at {self.emulator.url}. Its executions:\n\n"
            f"  AWS_ACCESS_KEY_ID=emulated AWS_SECRET_ACCESS_KEY=emulated {aws_program}"
            f" --endpoint-url {self.emulator.url} --region {REGION}"
            " stepfunctions list-executions"
            f" --state-machine-arn {self.environment['STATE_MACHINE_ARN']}\n\n"
            f"Other commands see the same with `env $(cat {note}) …`.\n"
        )


def wanted() -> Rehearsal:
    """With EMULATOR at EMULATOR_PORT, or else moto at 4566. Raises CannotRun."""
    kind = os.environ.get("EMULATOR", "moto")
    if kind not in ("moto", "ministack"):
        raise CannotRun(f"EMULATOR is {kind!r}; it must be moto or ministack.")
    port = os.environ.get("EMULATOR_PORT", "4566")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise CannotRun(f"EMULATOR_PORT is {port!r}; it must be a number from 1 to 65535.")
    if not is_free(int(port)):
        raise CannotRun(
            f"Port {port} is in use by another program."
            " Choose another for the emulator: EMULATOR_PORT=4577 make run-aws."
        )
    return Rehearsal(
        emulator=Emulator(kind="moto" if kind == "moto" else "ministack", port=int(port))
    )


def start_anew(var: Path) -> bool:
    """
    Throw away what an earlier run left, whose executions went with its emulator.

    Only what is the rehearsal's own; the demo password stays. False if there was nothing.
    """
    data = var / "postgres"
    if not data.exists():
        return False
    server = postgres.Server(data)
    server.prepare()  # and so stop what a killed run may have left running
    server.release()
    for entry in var.iterdir():
        if entry.name not in KEPT and entry.suffix != ".lock":
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    return True


def _short(path: Path) -> str:
    """As one would type it here."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
