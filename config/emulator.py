"""An emulator of AWS on this machine, for rehearsals and tests. Reachable from here only."""

import json
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO, Any, Literal

from config.processes import end_with_parent, environment_with

HOST = "127.0.0.1"
ACCOUNT = "123456789012"
REGION = "eu-west-2"
PATIENCE = 30.0  # seconds until it must answer

Kind = Literal["moto", "ministack"]


class CannotEmulate(Exception):
    """The emulator did not start; the message says what its log says last."""


@dataclass(frozen=True, kw_only=True)
class Emulator:
    """
    Where one emulator listens, and how to run it.

    moto follows Step Functions' history closely; MiniStack carries load and sends status changes.
    """

    kind: Kind
    port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What makes botocore in another process talk to this emulator."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "emulated",
            "AWS_SECRET_ACCESS_KEY": "emulated",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def command(self) -> list[str]:
        if self.kind == "moto":
            return [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(self.port)]
        return [sys.executable, "-m", "ministack"]

    def own_environment(self) -> dict[str, str]:
        """What the emulator itself is started with: nothing of it may reach the real AWS."""
        given = {name: value for name, value in environment_with().items() if _is_ours(name)}
        if self.kind == "moto":
            # Its interpreter calls itself back under this port.
            return {**given, "MOTO_PORT": str(self.port), "MOTO_ACCOUNT_ID": ACCOUNT}
        return {
            **given,
            "BIND_HOST": HOST,
            "MINISTACK_HOST": HOST,
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_REGION": REGION,
            # The keys whose signatures on S3 addresses it accepts.
            "AWS_ACCESS_KEY_ID": "emulated",
            "AWS_SECRET_ACCESS_KEY": "emulated",
            "LOG_LEVEL": "WARNING",
        }

    @property
    def lacks(self) -> list[str]:
        """What `bootstrap_aws` has to leave out: moto's KMS knows no Ed25519."""
        return ["key"] if self.kind == "moto" else []

    def answers(self) -> bool:
        """Does it speak HTTP yet?"""
        try:
            self._call("GET", "/")
        except (OSError, HTTPException):
            return False
        return True

    def prepare(self) -> None:
        """What it has to be told once it answers."""
        if self.kind == "moto":
            switches = {"stepfunctions": {"execute_state_machine": True}}
            self._call("POST", "/moto-api/config", json.dumps(switches))

    def boto(self, service: str) -> Any:
        """A client of one of its services, whatever this process's environment says."""
        import boto3

        return boto3.session.Session().client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id="emulated",
            aws_secret_access_key="emulated",  # noqa: S106 - nobody checks it
        )

    def _call(self, method: str, path: str, body: str | None = None) -> None:
        connection = HTTPConnection(HOST, self.port, timeout=10)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            connection.getresponse().read()
        finally:
            connection.close()


@dataclass(kw_only=True)
class Running:
    """An emulator that this process started and has to stop."""

    emulator: Emulator
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(kind: Kind, *, port: int = 0, log: Path) -> Running:
    """Start an emulator, on any free port or this one, and wait for it. Raises CannotEmulate."""
    emulator = Emulator(kind=kind, port=_free_port(port))
    with log.open("ab") as output:
        running = Running(emulator=emulator, process=_launch(emulator, output))
    try:
        _wait(running, log)
        emulator.prepare()
    except BaseException:
        running.stop()
        raise
    return running


def _launch(emulator: Emulator, output: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        emulator.command(),
        env=emulator.own_environment(),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        preexec_fn=end_with_parent(signal.SIGTERM),
    )


def _wait(running: Running, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not running.emulator.answers():
        if running.process.poll() is not None or time.monotonic() > until:
            last = log.read_text(encoding="utf-8", errors="replace")[-500:]
            raise CannotEmulate(f"{running.emulator.kind} does not answer. Its last words:\n{last}")
        time.sleep(0.05)


def _free_port(wanted: int) -> int:
    """This port, or any if it is 0."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError as error:
            raise CannotEmulate(f"Port {wanted} cannot be had: {error.strerror}.") from None
        port: int = probe.getsockname()[1]
        return port


def _is_ours(name: str) -> bool:
    return not name.startswith("AWS_")
