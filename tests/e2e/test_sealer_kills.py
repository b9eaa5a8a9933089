"""A sealer that is killed again and again under load writes everything once, and in order."""

import json
import random
import threading
import time
from collections import Counter, defaultdict
from contextlib import closing
from hashlib import sha256

import psycopg2
import pytest

from audit.proof import merkle
from config import postgres
from tests.machine import Machine, kill, until

pytestmark = pytest.mark.slow

LOAD = 25  # seconds
CLIENTS = 4
SLOW = 3  # seconds that a slow transaction stays open
PATIENCE = 90  # seconds until all of it is sealed
SEAL = ("manage.py", "seal")
_EVENT = """
INSERT INTO outbox_event (uuid, name, payload, actor_id, actor_label, correlation_id)
VALUES (gen_random_uuid(), 'tests.numbered', %s, %s, 'Asha Rao', '')
"""
_GROUP = "INSERT INTO auth_group (name) VALUES (%s)"
_ENTRIES = """
SELECT entry.sequence, entry.action, record.body, record.leaf
FROM audit_entry AS entry JOIN audit_record AS record USING (sequence)
ORDER BY sequence
"""


class Client(threading.Thread):
    """Commits numbered events, each with a changed row; now and then it takes its time."""

    def __init__(self, address, name, stopped):
        super().__init__(daemon=True)
        self.address, self.name, self.stopped = address, name, stopped
        self.committed = 0

    def run(self):
        chance = random.Random(self.name)
        with closing(psycopg2.connect(self.address)) as connection:
            while not self.stopped.is_set():
                with connection, connection.cursor() as cursor:
                    number = self.committed + 1
                    payload = json.dumps({"client": self.name, "number": number})
                    cursor.execute(_EVENT, [payload, self.name])
                    if chance.random() < 0.01:
                        self.stopped.wait(SLOW)
                    cursor.execute(_GROUP, [f"{self.name} {number}"])
                self.committed += 1
                time.sleep(0.005)


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory):
    """What the clients committed, and the trail, after a load under which two sealers die often."""
    machine = Machine(tmp_path_factory.mktemp("sealers"))
    machine.server.start()
    try:
        machine.run("manage.py", "migrate", "--verbosity=0")
        clients = _load_and_kill(machine)
        machine.start(*SEAL)
        until(lambda: not machine.ask("SELECT count(*) FROM audit_change")[0], PATIENCE)
        until(lambda: _sealed(machine) == sum(each.committed for each in clients), PATIENCE)
        until(lambda: machine.ask(_SIGNED)[0], PATIENCE)
        yield machine, {each.name: each.committed for each in clients}
    finally:
        machine.end()


_SIGNED = "SELECT (SELECT max(size) FROM audit_seal) = (SELECT max(size) FROM audit_batch)"


def _load_and_kill(machine):
    stopped, chance = threading.Event(), random.Random(20261121)
    clients = [
        Client(postgres.url(machine.server.data), f"client-{number}", stopped)
        for number in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    began, kills = time.monotonic(), 0
    while time.monotonic() - began < LOAD:
        sealers = [machine.start(*SEAL) for _ in range(2)]
        before = _sealed(machine)
        until(lambda before=before: _sealed(machine) > before, PATIENCE)
        time.sleep(chance.random())
        for sealer in sealers:
            kill(sealer)
            kills += 1
    stopped.set()
    for client in clients:
        client.join()
    assert kills >= 4
    return clients


def _sealed(machine):
    return machine.ask("SELECT count(*) FROM audit_entry WHERE action = 'tests.numbered'")[0]


@pytest.fixture(scope="module")
def entries(aftermath):
    machine, _ = aftermath
    with (
        closing(psycopg2.connect(postgres.url(machine.server.data))) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(_ENTRIES)
        return [(sequence, action, body, bytes(leaf)) for sequence, action, body, leaf in cursor]


def test_every_event_is_there_once_and_in_its_clients_order(aftermath, entries):
    _, committed = aftermath
    found = defaultdict(list)
    for _, action, body, _ in entries:
        if action == "tests.numbered":
            detail = json.loads(body)["detail"]
            found[detail["client"]].append(detail["number"])

    assert found == {name: list(range(1, count + 1)) for name, count in committed.items()}


def test_entries_are_numbered_without_gaps(entries):
    assert [sequence for sequence, *_ in entries] == list(range(1, len(entries) + 1))


def test_every_row_is_there_once_with_its_event(aftermath, entries):
    _, committed = aftermath
    rows = Counter()
    for _, action, body, _ in entries:
        if action == "tests.numbered":
            record = json.loads(body)
            (change,) = record["changes"]
            rows[change["after"]["name"]] += 1
            assert change["after"]["name"] == "{client} {number}".format(**record["detail"])

    assert set(rows.values()) == {1}
    assert rows.total() == sum(committed.values())


def test_the_newest_seal_is_over_the_tree_of_all_records(aftermath, entries):
    machine, _ = aftermath
    size, root = machine.ask("SELECT size, root FROM audit_seal ORDER BY size DESC LIMIT 1")
    leaves = [sha256(b"\0" + body.encode()).digest() for *_, body, _ in entries]

    assert leaves == [leaf for *_, leaf in entries]
    assert size == len(entries)
    assert bytes(root) == _root(leaves)


def _root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    left = merkle.split(len(leaves))
    return merkle.node_hash(_root(leaves[:left]), _root(leaves[left:]))
