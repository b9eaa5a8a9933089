"""Relay and worker as real processes, on a PostgreSQL of their own that crashes under them."""

import json
import time

import pytest

from tests.machine import Machine, kill, until

pytestmark = pytest.mark.slow

SOON = 20  # seconds in which whatever was interrupted is taken up again
PATIENCE = 60  # seconds for processes to start
RELAY = ("manage.py", "relay")
WORKER = (
    *("-m", "celery", "--app=config", "worker", "--concurrency=1", "--loglevel=WARNING"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    "--include=tests.outbox.patient",
)
_PUBLISH = """
WITH fact AS (
    INSERT INTO outbox_event (uuid, name, payload, actor_id, actor_label, correlation_id)
    VALUES (gen_random_uuid(), 'tests.posed', %s, 'ben', 'Ben Ito', '') RETURNING id
)
INSERT INTO outbox_delivery (event_id, subscriber) SELECT id, 'tests.ponder' FROM fact RETURNING id
"""


class Outbox(Machine):
    """A machine whose deliveries are looked at."""

    def publish(self, name, seconds=0.0):
        """Have `ponder` called; its diary and the delivery's id."""
        diary = self.var / name
        payload = json.dumps({"diary": str(diary), "seconds": seconds})
        return diary, self.ask(_PUBLISH, payload)[0]

    def is_done(self, delivery):
        status, _ = self.state(delivery)
        return status == "DONE"

    def state(self, delivery):
        return self.ask("SELECT status, attempts FROM outbox_delivery WHERE id = %s", delivery)


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    machine = Outbox(tmp_path_factory.mktemp("outages"))
    machine.server.start()
    try:
        machine.run("manage.py", "migrate", "--verbosity=0")
        machine.relay = machine.start(*RELAY)
        machine.worker = machine.start(*WORKER)
        _, delivery = machine.publish("first")
        until(lambda: machine.is_done(delivery), PATIENCE)
        yield machine
    finally:
        machine.end()


def test_relay_and_worker_carry_on_after_a_crash_of_the_database(machine):
    machine.crash()
    time.sleep(1)
    machine.server.start()

    _, delivery = machine.publish("after the crash")

    until(lambda: machine.is_done(delivery), SOON)
    assert machine.relay.poll() is None
    assert machine.worker.poll() is None


def test_work_that_ends_while_the_database_is_away_is_settled_afterwards(machine):
    diary, delivery = machine.publish("during the crash", seconds=2)
    until(diary.exists, SOON)

    machine.crash()
    time.sleep(3)
    machine.server.start()

    until(lambda: machine.is_done(delivery), SOON)
    assert machine.state(delivery) == ("DONE", 1)


def test_the_relay_waits_for_a_broker_that_is_away(machine):
    queue = machine.var / "broker" / "queue"
    kill(machine.worker)
    queue.rename(machine.var / "away")
    _, delivery = machine.publish("without a broker")
    time.sleep(2)
    (machine.var / "away").rename(queue)

    until(lambda: list(queue.glob("*.msg")), SOON)

    assert machine.relay.poll() is None
    machine.worker = machine.start(*WORKER)
    until(lambda: machine.is_done(delivery), PATIENCE)


def test_a_killed_workers_delivery_is_taken_again_within_20_seconds(machine):
    diary, delivery = machine.publish("killed", seconds=600)
    until(diary.exists, SOON)
    time.sleep(5)  # its lease has been renewed once
    standby = machine.start(*WORKER)

    kill(machine.worker)
    took = until(lambda: diary.read_text() == "began\nbegan\n", PATIENCE)

    assert took <= SOON
    until(lambda: machine.is_done(delivery), SOON)
    assert machine.state(delivery) == ("DONE", 2)
    machine.worker = standby


def test_a_relay_without_a_database_ends_at_once_when_asked_to(machine):
    machine.crash()
    time.sleep(1)

    machine.relay.terminate()
    took = until(lambda: machine.relay.poll() is not None, SOON)

    assert took < 2
    assert machine.relay.returncode == 0
    machine.server.start()
    machine.relay = machine.start(*RELAY)
