"""The product as `make run` starts it, with models that take a known time, and what it kept."""

import os
import shutil
import time
from collections import defaultdict
from contextlib import closing, contextmanager, suppress

import psutil
import psycopg2

from bench.ground import VAR
from config import postgres
from tests.processes import Up

DELAY = 0.2  # seconds that a model takes to answer
SLOTS = 16  # queries that are answered at a time
PATIENCE = 600  # seconds


@contextmanager
def running(**environment):
    """Everything runs; yields it, and a cursor on its database."""
    shutil.rmtree(VAR, ignore_errors=True)
    VAR.mkdir(parents=True)
    up = Up(VAR / "var")
    try:
        up.start(**environment)
        database = postgres.url(up.var.resolve() / "postgres")
        os.environ["DATABASE_URL"] = database
        os.environ["VAR_DIR"] = str(up.var.resolve())
        with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            until_idle(cursor)
            yield up, cursor
    finally:
        up.stop()
        os.environ.pop("DATABASE_URL", None)
        shutil.rmtree(VAR, ignore_errors=True)


def token(up, address):
    return up.manage("create_api_token", address).stdout.split()[-1]


def until_idle(cursor):
    """Wait until no delivery is due any more and no query is open."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        cursor.execute(
            "SELECT (SELECT count(*) FROM outbox_delivery WHERE status = 'WAITING'),"
            " (SELECT count(*) FROM aiqueries_query WHERE finished_at IS NULL)"
        )
        if cursor.fetchone() == (0, 0):
            return
        time.sleep(0.1)
    raise AssertionError("Something was left to do.")


def ask_many(count):
    """So many queries of Ben's in one transaction, for a process with Django set up."""
    from django.db import transaction

    from accounts.models import User
    from aiqueries.services import ask_query

    ben = User.objects.get(email="ben@example.com")
    with transaction.atomic():
        for number in range(count):
            ask_query(prompt=f"What is a good distractor? ({number})", actor=ben)


def used_by_programs(up):
    """Seconds of processor time of each program that runs, with its children's."""
    used = defaultdict(float)
    for child in psutil.Process(up.process.pid).children():
        name = _name(child.cmdline())
        for process in [child, *child.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                used[name] += times.user + times.system
        with suppress(psutil.NoSuchProcess):
            gone = child.cpu_times()
            used[name] += gone.children_user + gone.children_system
    return dict(used)


def _name(words):
    for name in ("answerer", "sender"):
        if f"--hostname={name}@%h" in words:
            return name
    for name in ("config.wsgi", "config.asgi", "beat", "relay", "seal", "worker"):
        if name in words:
            return name
    return "postgres"
