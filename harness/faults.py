"""When what breaks: a plan made from the seed alone, and the thread that carries it out."""

import random
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

import psycopg2

from harness.world import Gone

KILL_EVERY = (10, 15)  # seconds
CRASH_EVERY = (5, 20)  # seconds
MESSAGES_EVERY = (0.3, 1.0)  # seconds


@dataclass(frozen=True, order=True)
class Fault:
    """Something that goes wrong `at` seconds after the beginning."""

    at: float
    kind: str
    target: str = ""


MESSAGES = ("copies", "copies", "stale", "redelivery", "carrier copies", "poison")


def plan(seed, seconds, programs, only=None, harsh=False):
    """
    Every fault of a run, in order; of all kinds or `only` of those named.

    The programs take turns to be killed; `harsh` gives each of them a clock of its own.
    """
    chance = random.Random(f"{seed} faults")
    turns = [[program] for program in programs] if harsh else [_in_turn(chance, programs)]
    faults = [
        Fault(at, "kill", names[number % len(names)])
        for names in turns
        for number, at in enumerate(_times(chance, KILL_EVERY, seconds))
    ]
    faults += [Fault(at, "kill pool child", "worker") for at in _times(chance, KILL_EVERY, seconds)]
    faults += [Fault(at, "database crash") for at in _times(chance, CRASH_EVERY, seconds)]
    for at in _times(chance, MESSAGES_EVERY, seconds):
        faults.append(Fault(at, chance.choice(MESSAGES)))
    return sorted(fault for fault in faults if only is None or fault.kind in only)


def _in_turn(chance, programs):
    """Each program once before the doubles of any."""
    names = chance.sample(programs, len(programs))
    return sorted(names, key=lambda name: name.partition("-")[2])


def _times(chance, every, seconds):
    at, times = chance.uniform(*every) / 2, []
    while at < seconds:
        times.append(at)
        at += chance.uniform(*every)
    return times


class Faults:
    """Carries a plan out on a world, and counts in the ledger what it did."""

    def __init__(self, world, ledger, messages, faults, seed):
        self.world = world
        self.ledger = ledger
        self.messages = messages
        self.faults = faults
        self.chance = random.Random(f"{seed} targets")

    def run(self, seconds):
        """Until the last fault has happened and `seconds` are over."""
        began = time.monotonic()
        for fault in self.faults:
            time.sleep(max(0, began + fault.at - time.monotonic()))
            # A message cannot be put into a database that is just coming back: not a finding.
            with suppress(psycopg2.Error, IndexError, FileNotFoundError):
                self._do(fault)
        time.sleep(max(0, began + seconds - time.monotonic()))

    def _do(self, fault):
        if fault.kind == "kill":
            self.world.kill(fault.target)
        elif fault.kind == "kill pool child":
            self.world.kill_pool_child(fault.target, self.chance)
        elif fault.kind == "database crash":
            self.world.crash_database(down=self.chance.uniform(0.1, 1.5))
        elif not self.messages.inject(fault.kind, self.chance):
            return
        self.ledger.count(f"{fault.kind} {fault.target}".strip())


class Observer:
    """Looks at the statuses all the time: an end, once seen, must stay."""

    _ENDS = """
    SELECT 'request ' || request_id, status FROM approval_requests
    WHERE status NOT IN ('PENDING', 'CHANGES_REQUESTED')
    UNION ALL SELECT 'task ' || task_id, status FROM approval_tasks WHERE status != 'PENDING'
    UNION ALL SELECT 'execution ' || name, status FROM workflows_execution
    WHERE status != 'RUNNING'"""

    def __init__(self, database, ledger):
        self.database = database
        self.ledger = ledger
        self.ends = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join(5)

    def _watch(self):
        connection = None
        while not self._stop.wait(0.4):
            try:
                connection = connection or psycopg2.connect(self.database)
                with connection, connection.cursor() as cursor:
                    cursor.execute(self._ENDS)
                    self._compare(dict(cursor.fetchall()))
            except psycopg2.Error:
                connection = None

    def _compare(self, now):
        for what, ended in self.ends.items():
            if now.get(what) != ended:
                self.ledger.backwards.append(f"{what} was {ended}, then {now.get(what, 'open')}")
        self.ends = now


_LEFT = """
SELECT (SELECT count(*) FROM outbox_delivery WHERE status = 'WAITING'),
    (SELECT count(*) FROM outbox_event
        WHERE NOT EXISTS (SELECT 1 FROM audit_entry WHERE event_id = outbox_event.uuid)),
    (SELECT count(*) FROM workflows_execution WHERE status = 'RUNNING'),
    (SELECT count(*) FROM approval_requests WHERE status IN ('PENDING', 'CHANGES_REQUESTED'))
"""


def left_over(database, cloud=None):
    """What is still to be done, in words; empty once everything is quiet."""
    try:
        connection = psycopg2.connect(database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(_LEFT)
                counts = cursor.fetchone()
        finally:
            connection.close()
    except psycopg2.Error as error:
        return f"no database: {error}"
    names = ("deliveries", "events without entry", "running executions", "open requests")
    left = [f"{count} {name}" for count, name in zip(counts, names, strict=True) if count]
    if cloud is not None:
        left += [f"{count} in {queue}" for queue, count in cloud.left_in_queues().items() if count]
    return ", ".join(left)


def converge(database, cloud=None, *, seconds, say):
    """Wait until nothing is left; return how long it took. Raises Gone, naming what is left."""
    began = said = time.monotonic()
    while left := left_over(database, cloud):
        now = time.monotonic()
        if now - began > seconds:
            raise Gone(f"{seconds:g} s after the last fault there are left: {left}")
        if now - said > 5:
            say(f"  {now - began:4.0f} s, left: {left}")
            said = now
        time.sleep(0.2)
    return time.monotonic() - began
