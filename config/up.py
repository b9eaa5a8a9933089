"""What `manage.py up` runs, where, and how it sees that nobody else does."""

import fcntl
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from django.conf import settings

from config import local_model
from config.local_model import LocalModel
from config.postgres import Server
from config.processes import environment_with
from config.supervisor import Program, Supervisor

HOST = "127.0.0.1"  # nobody but this machine
# People wait for these. They share few cores with the rest, which catches up when they are idle.
FIRST = ("web", "events")
GIVES_WAY = 5  # as `nice` counts
MODEL_PORT = 8100  # or the next that is free
PATIENCE = 60  # seconds for a model to be read


class CannotRun(Exception):
    """Something here is in the way; the message is for the person at the terminal."""


class AlreadyRunning(CannotRun):
    """Another `manage.py up` runs in this folder."""


@contextmanager
def only_one_here(var: Path) -> Iterator[None]:
    """Keep every other `up` out of this folder. Raises AlreadyRunning."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "up.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunning(
                f"Imprimatur runs in this folder already (process {lock.read() or 'unknown'})."
                " Stop that one first."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def wanted_port() -> int:
    """PORT, or 8000. Raises CannotRun if it cannot be had."""
    said = os.environ.get("PORT", "8000")
    if not said.isdecimal() or not 0 < int(said) < 65535:
        raise CannotRun(f"PORT is {said!r}; it must be a number from 1 to 65534.")
    if not is_free(int(said)):
        raise CannotRun(
            f"Port {said} is in use by another program. Choose another: PORT=8080 make run."
        )
    return int(said)


def free_port(first: int) -> int:
    """The first port from this one on that nobody uses."""
    return next(port for port in range(first, 65536) if is_free(port))


def is_free(port: int) -> bool:
    """Can somebody here listen on this port?"""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def answer(ports: list[int]) -> bool:
    """Does something speak HTTP on each of these ports?"""
    for port in ports:
        connection = HTTPConnection(HOST, port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse()
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
    return True


def make_folders() -> None:
    """The folders that other libraries expect to find."""
    broker = settings.VAR_DIR / "broker"
    for folder in (broker / "queue", broker / "control", settings.STATIC_ROOT):
        folder.mkdir(parents=True, exist_ok=True)


def start_postgres(supervisor: Supervisor, data: Path) -> None:
    """Run PostgreSQL on this data and wait until it answers. Raises CannotServe."""
    server = Server(data)
    server.prepare()
    child = supervisor.start(
        Program(
            name="postgres",
            command=server.command(),
            environment=environment_with(),
            stage=0,
            stop_with=signal.SIGINT,
            patience=10,
            before=server.prepare,
        )
    )
    server.process = child.process
    server.wait_until_it_answers()


def start_model(supervisor: Supervisor) -> LocalModel:
    """
    Run the small language model from now on, and tell it to all programs that start later.

    Raises CannotRun.
    """
    if not local_model.is_installed():
        raise CannotRun("The model is not installed. `make run-ai` installs it, and runs it.")
    model = LocalModel(port=free_port(MODEL_PORT))
    supervisor.start(model.program())
    os.environ.update(model.environment)
    return model


def wait_for_model(supervisor: Supervisor, model: LocalModel) -> None:
    """Let the model be read, which takes a second or so. Raises CannotRun."""
    if supervisor.wait_until(model.answers, timeout=PATIENCE) or supervisor.asked_to_stop:
        return
    raise CannotRun(f"The model did not answer within {PATIENCE} seconds.")


def programs(port: int, events_port: int, aws: dict[str, str]) -> list[Program]:
    """
    The product's own processes, in the order they start.

    `aws` is what they have to be told of AWS; where that is anything, messages come from SQS.
    """
    environment = environment_with(
        PORT=str(port),
        EVENTS_PORT=str(events_port),
        SITE_URL=f"http://{HOST}:{port}",
        PYTHONUNBUFFERED="1",
        MALLOC_ARENA_MAX="2",  # threads share heaps: less memory
        # Root here is root in a container that is not meant for anything else.
        PYTHONWARNINGS="ignore:You're running the worker with superuser",
        **aws,
    )
    python = [sys.executable, "-m"]
    gunicorn = [*python, "gunicorn", "--no-control-socket", "--graceful-timeout=3", "--preload"]
    celery = [*python, "celery", "--app=config", "--quiet"]
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    commands = {
        # The last to stop before PostgreSQL, so that it seals what the others did at their end.
        "seal": (1, [sys.executable, "manage.py", "seal"]),
        "web": (
            2,
            [
                *(*gunicorn, "config.wsgi", f"--bind={HOST}:{port}", "--log-level=warning"),
                *("--worker-class=gthread", "--workers=2", "--threads=4", "--keep-alive=15"),
            ],
        ),
        "events": (
            2,
            [
                *(*gunicorn, "config.asgi", f"--bind={HOST}:{events_port}"),
                *("--worker-class=asgi", "--workers=1", "--log-level=warning"),
            ],
        ),
        "worker": (
            3,
            [
                *(*celery, "worker", "--concurrency=2", "--loglevel=WARNING"),
                *("--exclude-queues=celery-ai,celery-webhooks", *alone),
            ],
        ),
        # Threads that wait for other people's servers, where nothing of ours waits for them.
        "sender": (
            3,
            [
                *(*celery, "worker", "--pool=threads", "--concurrency=16", "--loglevel=WARNING"),
                *("--queues=celery-webhooks", "--hostname=sender@%h", *alone),
            ],
        ),
        # The same for queries to models, which take seconds each.
        "answerer": (
            3,
            [
                *(*celery, "worker", "--pool=threads", "--concurrency=16", "--loglevel=WARNING"),
                *("--queues=celery-ai", "--hostname=answerer@%h", *alone),
            ],
        ),
        "relay": (4, [sys.executable, "manage.py", "relay"]),
        "beat": (4, [*celery, "beat", "--loglevel=WARNING", "--pidfile="]),
    }
    if aws:
        commands["consume"] = (3, [sys.executable, "manage.py", "consume"])
    return [
        Program(
            name=name,
            command=command,
            environment=environment,
            stage=stage,
            nice=0 if name in FIRST else GIVES_WAY,
        )
        for name, (stage, command) in commands.items()
    ]
