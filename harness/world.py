"""The product as real processes with a database (and AWS) of their own, to be killed at will."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from config.postgres import Server
from config.processes import end_with_parent
from harness.cloud import Cloud

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
PATIENCE = 90  # seconds for everything to answer


# The server's processes die here, the kernel never does: what was written stays written, and only
# the start after a crash is spared waiting for a busy disk to hold every file.
PROCESSES_CRASH = {"fsync": "off"}


class Gone(Exception):
    """Something that was waited for did not come in time."""


def until(condition, what, *, seconds=PATIENCE, pause=0.1):
    """Wait for something to become true; return what it was. Raises Gone, naming it."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise Gone(f"{seconds:g} s passed without {what}.")
        time.sleep(pause)
    return answer


@dataclass
class Child:
    """One program of the product and the process that is it now."""

    name: str
    command: list
    environment: dict
    process: subprocess.Popen | None = None
    starts: int = 0


@dataclass
class World:
    """
    Everything of one run, in the folder `var`. Use it as a context manager: it stops what it began.

    `engine` is "local" or "stepfunctions"; `doubles` says which programs to run how often;
    `wrap` names the module to run in place of celery, for a worker with hooks.
    """

    var: Path
    engine: str = "local"
    doubles: dict = field(default_factory=lambda: {"beat": 2})
    wrap: str = ""
    concurrency: int = 2  # children of the worker
    port: int = 0
    children: dict = field(default_factory=dict)
    died: list = field(default_factory=list)

    def __enter__(self):
        self.var.mkdir(parents=True, exist_ok=True)
        (self.var / "logs").mkdir(exist_ok=True)
        self._launcher = ThreadPoolExecutor(1)  # the kernel ends a child with the thread it is from
        self._stopping = threading.Event()
        self.server = Server(self.var / "postgres", PROCESSES_CRASH)
        self.cloud = None
        self.told = {}  # of AWS, by the command that makes it ready
        self.home = self.var  # where the product keeps its own files
        try:
            self._begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _begin(self):
        self.database = self._do(self._start_database)
        os.environ.update(VAR_DIR=str(self.var), DATABASE_URL=self.database, LOG_LEVEL="INFO")
        self.port = self.port or _free_port()
        if self.engine == "stepfunctions":
            self.cloud = Cloud(self.var)
            os.environ.update(self._do(self.cloud.start))
        self.manage("migrate", "--verbosity=0")
        if self.cloud is not None:
            self.told = self.cloud.bootstrap(self.manage)
            os.environ.update(self.told)
            self.home = self.var / "aws-emulated"
        self._monitor = threading.Thread(target=self._keep_running, daemon=True)

    def __exit__(self, *_):
        self._stopping.set()
        for child in self.children.values():
            self._end(child)
        if self.cloud is not None:
            self.cloud.stop()
        with suppress(Exception):
            self.server.stop()
        self._launcher.shutdown(wait=False)

    def start(self):
        """Run the product's programs, and wait until the web answers."""
        for child in _programs(self.port, self.told):
            if child.name == "worker":
                self._equip(child.command)
            self.children[child.name] = child
            for number in range(2, self.doubles.get(child.name, 1) + 1):
                name = f"{child.name}-{number}"
                self.children[name] = Child(name, _apart(child, name, self.var), child.environment)
        for child in self.children.values():
            self._do(self._launch, child)
        self._monitor.start()
        until(lambda: _answers(self.port), "an answer of the web process")
        return self

    def _equip(self, command):
        if self.wrap:
            command[command.index("celery")] = self.wrap
        command[command.index("--concurrency=2")] = f"--concurrency={self.concurrency}"

    def manage(self, *command):
        """Run a management command; return what it wrote. Raises Gone if it fails."""
        return self.run("manage.py", *command)

    def run(self, *command):
        """Run Python with these arguments in the product's environment; return what it wrote."""
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=_environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        if done.returncode:
            raise Gone(f"{' '.join(command)} failed:\n{done.stdout[-1000:]}{done.stderr[-3000:]}")
        return done.stdout

    def kill(self, name):
        """SIGKILL a program with all its children. It is started again at once."""
        process = self.children[name].process
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    def kill_pool_child(self, name="worker", chance=random):
        """SIGKILL one of the processes that a program has forked."""
        with suppress(psutil.Error, IndexError):
            chance.choice(psutil.Process(self.children[name].process.pid).children()).kill()

    def crash_database(self, *, down=0.3):
        """`pg_ctl stop -m immediate` (SIGQUIT to the postmaster), and start it again."""
        self._do(self._crash, down)

    def _crash(self, down):
        self.server.process.send_signal(signal.SIGQUIT)
        self.server.process.wait(30)
        time.sleep(down)
        self._start_database()

    def _start_database(self):
        with (self.var / "logs" / "postgres.log").open("ab") as log:
            return self.server.start(output=log)

    def _launch(self, child):
        if self._stopping.is_set():
            return
        with (self.var / "logs" / f"{child.name}.log").open("ab") as log:
            child.process = subprocess.Popen(
                child.command,
                cwd=ROOT,
                env=child.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent(signal.SIGKILL),
            )
        child.starts += 1

    def _keep_running(self):
        while not self._stopping.wait(0.1):
            for child in list(self.children.values()):
                code = child.process.poll()
                if code is not None:
                    if code != -signal.SIGKILL:
                        self.died.append(f"{child.name} ended by itself (exit code {code})")
                        self._stopping.wait(1)
                    with suppress(RuntimeError):
                        self._do(self._launch, child)

    def _end(self, child):
        if child.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait(10)

    def _do(self, work, *arguments):
        return self._launcher.submit(work, *arguments).result()


def _programs(port, aws):
    """The programs that the product says it consists of, but for the live pages' process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from config import up

    up.make_folders()
    programs = {program.name: program for program in up.programs(port, port + 1, aws)}
    del programs["events"]
    for program in programs.values():
        environment = _environment(**program.environment)
        yield Child(program.name, list(program.command), environment)


def _apart(child, name, var):
    """The same program once more, with the one file that two of them cannot share."""
    if child.name == "beat":
        return [*child.command, f"--schedule={var / name}-schedule"]
    return child.command


def _environment(**more):
    return {**os.environ, **more, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def _free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _answers(port):
    from config import up

    return up.answer([port])
