"""The database may go away at any moment, and no delivery suffers for it."""

from typing import ClassVar

import pytest
from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)
from django.utils import timezone

from core.database import persistently
from outbox import delivery
from outbox.events import DomainEvent, subscribe
from outbox.models import Delivery
from outbox.publishing import publish
from tests.outbox.conftest import BEN
from tests.outbox.test_claim import elsewhere

pytestmark = pytest.mark.django_db(transaction=True)


class Struck(DomainEvent):
    name: ClassVar[str] = "tests.struck"


@subscribe(Struck)
def cut_the_line(event, envelope):
    """Do the work, and have the connection lost before it can be noted."""
    cut()


def cut():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (ours,) = cursor.fetchone()
    elsewhere(_terminate, ours)


def _terminate(session):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [session])


def struck():
    with transaction.atomic():
        publish(Struck(), actor=BEN)
    return Delivery.objects.get(subscriber="tests.cut_the_line")


def test_a_lost_connection_does_not_keep_a_delivery_from_being_claimed(ring, listener):
    (waiting,) = ring("low")
    cut()

    delivery.deliver([(waiting.id, 0)])

    assert listener.heard == ["low"]


def test_what_was_delivered_when_the_connection_was_lost_is_settled():
    waiting = struck()

    delivery.deliver([(waiting.id, 0)])

    waiting.refresh_from_db()
    assert (waiting.status, waiting.attempts) == ("DONE", 1)


# psycopg2 raises the last one when the connection breaks while it waits for an answer.
@pytest.mark.parametrize("kind", [OperationalError, InterfaceError, DatabaseError])
def test_an_attempt_that_the_database_broke_is_repeated_soon_and_not_counted(ring, listener, kind):
    listener.fail_on["low"] = kind("the server closed the connection")
    (waiting,) = ring("low")

    delivery.deliver([(waiting.id, 0)])

    waiting.refresh_from_db()
    assert (waiting.status, waiting.attempts, waiting.failures) == ("WAITING", 1, 0)
    assert waiting.error == f"{kind.__name__}: the server closed the connection"
    assert 0.5 < (waiting.due_at - timezone.now()).total_seconds() <= 5


def test_a_statement_that_is_wrong_is_a_failure(ring, listener):
    listener.fail_on["low"] = ProgrammingError("no such table")
    (waiting,) = ring("low")

    delivery.deliver([(waiting.id, 0)])

    waiting.refresh_from_db()
    assert waiting.failures == 1


def test_a_batch_that_the_database_broke_is_given_one_by_one(ring, listener):
    listener.fail_on["batch e"] = OperationalError("the server closed the connection")
    ring("c", "e")
    rows = Delivery.objects.filter(subscriber="tests.hear_all").order_by("id")

    delivery.deliver([(row.id, 0) for row in rows])

    assert listener.batches == [["c", "e"], ["c"], ["e"]]
    assert [row.status for row in rows.all()] == ["DONE", "WAITING"]


def test_what_takes_too_long_gives_the_rest_back(ring, listener, monkeypatch):
    monkeypatch.setattr(delivery, "ENOUGH", -1)
    low, high = ring("low", "high")

    delivery.deliver([(low.id, 0), (high.id, 0)])

    assert listener.heard == []
    waiting = Delivery.objects.filter(subscriber="tests.hear", due_at__lte=timezone.now())
    assert list(waiting.values_list("attempts", "failures")) == [(1, 0), (1, 0)]


def test_a_database_that_stays_away_is_given_up_in_the_end():
    def fail():
        attempts.append(1)
        raise OperationalError("unreachable")

    attempts = []

    with pytest.raises(OperationalError):
        persistently(fail, patience=0.2)

    assert len(attempts) in (2, 3)


def test_inside_a_transaction_nothing_is_repeated():
    def fail():
        attempts.append(1)
        raise OperationalError("unreachable")

    attempts = []

    with pytest.raises(OperationalError), transaction.atomic():
        persistently(fail)

    assert len(attempts) == 1
