"""The whole product as `manage.py up` runs it, for tests that need the real processes."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60  # seconds


def free_port():
    """A port that had a free one after it a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Up:
    """One `manage.py up` with a var/ of its own."""

    patience = PATIENCE

    def __init__(self, var, port=None, command=(sys.executable, "manage.py", "up"), cwd=ROOT):
        self.var = var
        self.command = command
        self.cwd = cwd
        self.port = port or free_port()
        self.output = []
        self.process = None

    def start(self, *, wait=True, **environment):
        self.output = []
        self.process = subprocess.Popen(
            self.command,
            cwd=self.cwd,
            env={**self._environment(), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()
        if wait:
            self.until(lambda: self.says("Ctrl-C stops everything"))
        return self

    def manage(self, *command):
        """Run another management command on the same var/."""
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
        )

    def _environment(self):
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in {"PYTHONPATH", "DATABASE_URL", "TEST_DATABASE_URL", "EVENTS_PORT"}
        }
        return {**inherited, "VAR_DIR": str(self.var), "PORT": str(self.port)}

    def _read(self):
        for line in self.process.stdout:
            self.output.append(line)

    def says(self, words):
        return any(words in line for line in self.output)

    def until(self, condition):
        """Wait for something to become true; fail with the output if it does not."""
        until = time.monotonic() + self.patience
        while not condition():
            if time.monotonic() > until or self.process.poll() is not None:
                raise AssertionError("".join(["It never came true. Output:\n", *self.output]))
            time.sleep(0.05)

    def family(self):
        """Every process that belongs to it, itself included."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def child(self, *words):
        """The process directly under it whose command line has all these words."""
        self.until(lambda: self._children(words))
        return self._children(words)[0]

    def _children(self, words):
        found = []
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):
                if set(words) <= set(child.cmdline()):
                    found.append(child)
        return found

    def stop(self, how=signal.SIGINT):
        """Ask it to stop; return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(timeout=PATIENCE)
