"""
From commit to sealed, and to signed, under 500 events a second.

The sealer is killed seconds after it came back each time, and started again after the supervisor's
pause. Beside that one transaction after another stays open for seconds, with an event of its own in
it. Whether an entry is there is looked up from outside.
"""

import os
import statistics
import subprocess
import sys
import threading
import time
import uuid
from contextlib import closing

import psycopg2

from bench.ground import ROOT, empty_database
from config.supervisor import FIRST_PAUSE

RATE = 500  # events a second
CLIENTS = 4
SECONDS = 40
BETWEEN_KILLS = 6.0  # seconds that a sealer works
SLOW = 6.0  # seconds that a slow transaction stays open
AIM = 5.0  # seconds
PATIENCE = 60  # seconds until the rest is sealed

_EVENT = """
INSERT INTO outbox_event (uuid, name, payload, actor_id, actor_label, correlation_id)
VALUES (%s, 'tests.measured', '{}', 'asha', 'Asha Rao', '')
"""
_GROUP = "INSERT INTO auth_group (name) VALUES (%s)"


def measure(report):
    with empty_database():
        committed, watch, kills, seconds = _run()
    sealed = [watch.sealed_at(event) - at for event, at in committed.items()]
    signed = [watch.signed_at(event) - at for event, at in committed.items()]
    rate = len(committed) / seconds
    report.add(
        f"commit to sealed at {rate:.0f} events/s, p50", f"{statistics.median(sealed):.2f} s"
    )
    for what, taken, aim in (("sealed", sealed, AIM), ("signed", signed, None)):
        p99 = statistics.quantiles(taken, n=100)[98]
        held = {"aim": f"≤ {aim:.0f} s", "held": p99 <= aim} if aim else {}
        note = f"through {kills} kills and slow transactions"
        report.add(f"commit to {what} {note}, p99", f"{p99:.2f} s", **held)
    lost = len(committed) - len(set(committed) & watch.events)
    report.add("events lost", str(lost), aim="0", held=lost == 0)


def _run():
    url, stopped = os.environ["DATABASE_URL"], threading.Event()
    watch = Watch(url)
    sealer = Sealer()
    clients = [Client(url, stopped) for _ in range(CLIENTS)]
    slow = Client(url, stopped, slow=True)
    watch.start()
    watch.wait_for_more()  # it is up and seals what the migrations left
    for client in (*clients, slow):
        client.start()
    until, kills = time.monotonic() + SECONDS, 0
    while True:
        time.sleep(BETWEEN_KILLS)
        if time.monotonic() > until:
            break
        sealer.kill()
        kills += 1
        time.sleep(FIRST_PAUSE)
        watch.wait_for_more(sealer.start)
    seconds = time.monotonic() - until + SECONDS
    stopped.set()
    for client in (*clients, slow):
        client.join()
    committed = {event: at for each in (*clients, slow) for event, at in each.committed}
    watch.wait_for(set(committed))
    sealer.kill()
    return committed, watch, kills, seconds


class Sealer:
    """The process, as `make run` starts it."""

    def __init__(self):
        self.start()

    def start(self):
        self.process = subprocess.Popen([sys.executable, "manage.py", "seal"], cwd=ROOT)

    def kill(self):
        self.process.kill()
        self.process.wait()


class Client(threading.Thread):
    """Commits events, each with a changed row, at its share of RATE, or slowly."""

    def __init__(self, url, stopped, *, slow=False):
        super().__init__(daemon=True)
        self.url, self.stopped, self.slow = url, stopped, slow
        self.committed = []

    def run(self):
        with closing(psycopg2.connect(self.url)) as connection:
            due = time.monotonic()
            while not self.stopped.is_set():
                event = str(uuid.uuid4())
                with connection, connection.cursor() as cursor:
                    cursor.execute(_EVENT, [event])
                    cursor.execute(_GROUP, [event])
                    if self.slow:
                        self.stopped.wait(SLOW)
                self.committed.append((event, time.time()))
                due += CLIENTS / RATE
                time.sleep(max(due - time.monotonic(), 0))


class Watch(threading.Thread):
    """Sees from outside when entries and seals become visible."""

    def __init__(self, url):
        super().__init__(daemon=True)
        self.url, self.done = url, threading.Event()
        self._sequences, self._sizes, self._seals = {}, [], []

    def run(self):
        with closing(psycopg2.connect(self.url)) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            seen = 0
            while not self.done.is_set():
                cursor.execute(
                    "SELECT event_id::text, sequence FROM audit_entry WHERE sequence > %s", [seen]
                )
                found, now = cursor.fetchall(), time.time()
                if found:
                    self._sequences |= found
                    seen = max(sequence for _, sequence in found)
                    self._sizes.append((seen, now))
                cursor.execute("SELECT COALESCE(max(size), 0) FROM audit_seal")
                self._seals.append((cursor.fetchone()[0], time.time()))
                time.sleep(0.05)

    @property
    def events(self):
        return set(self._sequences)

    def wait_for_more(self, begin=lambda: None):
        """Wait until there are more entries than before this began."""
        before = len(self._sizes)
        begin()
        while len(self._sizes) == before:
            time.sleep(0.05)

    def wait_for(self, events):
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            last = max((self._sequences.get(event, 0) for event in events), default=0)
            if events <= self.events and self._seals[-1][0] >= last:
                break
            time.sleep(0.2)
        self.done.set()
        self.join()

    def sealed_at(self, event):
        return self._first(self._sizes, event)

    def signed_at(self, event):
        return self._first(self._seals, event)

    def _first(self, steps, event):
        """When the first of these steps reached the event; far away for one that none did."""
        sequence = self._sequences.get(event)
        reached = [] if sequence is None else steps
        low, high = 0, len(reached)
        while low < high:
            middle = (low + high) // 2
            if reached[middle][0] >= sequence:
                high = middle
            else:
                low = middle + 1
        return reached[low][1] if low < len(reached) else float("inf")
