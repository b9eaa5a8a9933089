"""Fixtures for every test. The people are in tests/cast.py."""

import time

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase

from outbox import delivery, relay
from tests.cleaning import Baseline

pytest_plugins = ["tests.cast", "tests.browser", "tests.aws"]


def pytest_configure():
    """
    Passwords of tests need no protection, and a real hash costs a third of a second.

    Nor need tests a list of all static files, which would be made anew for every client: 60 ms.
    """
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let tests that commit clean up, by TRUNCATE too, which the audit trail refuses elsewhere."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in (
            "entry",
            "record",
            "link",
            "node",
            "batch",
            "seal",
            "key",
            "change",
            "segment",
            "sealingkey",
        ):
            cursor.execute(
                f"ALTER TABLE audit_{table} DISABLE TRIGGER audit_{table}_refuses_truncate"
            )
        baseline = Baseline()
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: baseline.restore())
    yield
    monkeypatch.undo()


@pytest.fixture
def deliver_all(db):
    """Run every due delivery in this process, and what they set off, until none is left."""

    def run():
        while taken := relay.take_due():
            for portion in relay.portions(taken):
                delivery.deliver(portion.handed)

    return run


def wait_until_someone_waits_for_a_lock(seconds=5):
    """Return once another connection waits for a lock, so that a race is a certainty."""
    with connection.cursor() as cursor:
        for _ in range(seconds * 100):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    pytest.fail("Nobody is waiting: nothing is locked.")
