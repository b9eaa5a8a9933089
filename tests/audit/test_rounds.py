"""The sealer's process: it writes, signs what it came to, and lets no trouble end it."""

import threading
import time

import pytest
from django.db import connection

from audit.models import Batch, Entry, Seal
from audit.services import sealing
from audit.services.sealing.rounds import Head, seal_all
from outbox.relay import Stop
from tests.audit.conftest import SealBroken, happen
from tests.audit.trail import forget_changes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.AUDIT_KEY_FILE = str(tmp_path / "audit-key.pem")
    forget_changes()


@pytest.fixture
def running():
    """The sealer's loop in a thread of its own, until the test ends."""
    stop = Stop()

    def run():
        try:
            sealing.run(stop)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield stop, thread
    stop.ask()
    thread.join(10)


def until(condition, seconds=10):
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "It never came true."
        time.sleep(0.02)


def test_what_was_written_is_signed():
    happen(SealBroken())

    seal_all(Stop(), Head())

    assert Seal.objects.order_by("-size").first().size == Batch.objects.order_by("-size")[0].size


def test_entries_are_written_though_nobody_can_sign(settings, tmp_path, caplog):
    (tmp_path / "broken.pem").write_text("no key")
    settings.AUDIT_KEY_FILE = str(tmp_path / "broken.pem")
    happen(SealBroken())

    seal_all(Stop(), Head())

    assert Entry.objects.filter(action="tests.seal_broken").count() == 1
    assert not Seal.objects.exists()
    assert "Could not sign the head of the audit trail." in caplog.text


def test_a_head_that_could_not_be_signed_is_signed_later(settings, tmp_path):
    head, good = Head(), settings.AUDIT_KEY_FILE
    (tmp_path / "broken.pem").write_text("no key")
    settings.AUDIT_KEY_FILE = str(tmp_path / "broken.pem")
    happen(SealBroken())
    seal_all(Stop(), head)
    settings.AUDIT_KEY_FILE = good

    until(lambda: seal_all(Stop(), head) or Seal.objects.exists())

    assert Seal.objects.get().size >= 1


def test_what_a_sealer_of_before_left_unsigned_is_signed():
    happen(SealBroken())
    sealing.seal_events()

    seal_all(Stop(), Head())

    assert Seal.objects.count() == 1


def test_the_running_sealer_hears_of_an_event_within_a_second(running):
    time.sleep(0.2)
    happen(SealBroken())
    began = time.monotonic()

    until(Entry.objects.filter(action="tests.seal_broken").exists)

    assert time.monotonic() - began < 2.0


def test_a_sealer_that_is_asked_to_stop_seals_what_came_until_then(running):
    stop, thread = running
    happen(SealBroken())

    stop.ask()
    thread.join(10)

    assert not thread.is_alive()
    assert Entry.objects.filter(action="tests.seal_broken").count() == 1


def test_a_sealer_whose_session_is_ended_goes_on(running):
    happen(SealBroken())
    until(Entry.objects.filter(action="tests.seal_broken").exists)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    happen(SealBroken())

    until(lambda: Entry.objects.filter(action="tests.seal_broken").count() == 2)

    assert running[1].is_alive()
