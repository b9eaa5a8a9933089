"""A database and some processes of the product, which tests may kill."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing

import psycopg2

from config import postgres
from config.postgres import Server
from tests.processes import ROOT


class Machine:
    """A folder with a database, a broker's folder and the processes that a test starts."""

    def __init__(self, var):
        self.var = var
        self.server = Server(var / "postgres", {"fsync": "off"})
        self.processes = []
        for folder in ("queue", "control"):
            (var / "broker" / folder).mkdir(parents=True)

    def run(self, *command):
        return subprocess.run([sys.executable, *command], cwd=ROOT, env=self._environment())

    def start(self, *command):
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=self._environment(),
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(process)
        return process

    def _environment(self):
        database = {"DATABASE_URL": postgres.url(self.server.data), "VAR_DIR": str(self.var)}
        return {**os.environ, **database, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}

    def crash(self):
        """What `pg_ctl stop -m immediate` does: no session is told, nothing is put in order."""
        self.server.process.send_signal(signal.SIGQUIT)
        self.server.process.wait()

    def ask(self, question, *values):
        with closing(psycopg2.connect(postgres.url(self.server.data))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(question, values)
                return cursor.fetchone()

    def end(self):
        for process in self.processes:
            kill(process)
        self.server.stop()


def kill(process):
    """Everything of it, as when the machine goes."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until(condition, seconds):
    """Wait for something to become true; return after how many seconds it did."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "It never came true."
        time.sleep(0.05)
    return time.monotonic() - began
