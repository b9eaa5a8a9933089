import select

import pytest
from django.db import connection, transaction

from core.correlation import correlated
from outbox.models import Delivery, Event
from outbox.publishing import publish, publish_all
from tests.outbox.conftest import BEN, Rang

pytestmark = pytest.mark.django_db


def test_an_event_says_what_happened_and_who_did_it():
    with correlated("request-1"), transaction.atomic():
        event_id = publish(Rang(tone="low"), actor=BEN)

    event = Event.objects.get()
    assert event.uuid == event_id
    assert (event.name, event.payload) == ("tests.rang", {"tone": "low"})
    assert (event.actor_id, event.actor_label) == ("ben", "Ben Ito")
    assert event.correlation_id == "request-1"


def test_an_event_knows_its_transaction():
    with transaction.atomic(), connection.cursor() as cursor:
        publish(Rang(tone="low"), actor=BEN)
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        now = cursor.fetchone()[0]

    assert Event.objects.get().transaction_id == now


def test_every_subscriber_gets_a_delivery_of_its_own():
    with transaction.atomic():
        publish(Rang(tone="low"), actor=BEN)

    waiting = Delivery.objects.filter(status="WAITING", attempts=0)
    assert set(waiting.values_list("subscriber", flat=True)) == {"tests.hear", "tests.hear_all"}


def test_several_events_keep_their_order():
    with transaction.atomic():
        publish_all([Rang(tone=tone) for tone in "cegb"], actor=BEN)

    tones = [event.payload["tone"] for event in Event.objects.order_by("id")]
    assert tones == ["c", "e", "g", "b"]


def test_publishing_takes_one_statement(django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1):
        publish_all([Rang(tone="a"), Rang(tone="b")], actor=BEN)


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        publish(Rang(tone="low"), actor=BEN)

    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_leaves_no_event():
    with transaction.atomic():
        publish(Rang(tone="low"), actor=BEN)
        transaction.set_rollback(True)

    assert not Event.objects.exists()
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_commit_wakes_the_relay():
    with connection.cursor() as cursor:
        cursor.execute("LISTEN outbox")
    with transaction.atomic():
        publish(Rang(tone="low"), actor=BEN)

    server = connection.connection
    select.select([server], [], [], 1)
    server.poll()
    assert [notice.channel for notice in server.notifies] == ["outbox"]


def test_a_label_too_long_for_the_log_is_cut():
    long_name = BEN.__class__(id="ben", label="B" * 300)

    with transaction.atomic():
        publish(Rang(tone="low"), actor=long_name)

    assert Event.objects.get().actor_label == "B" * 255
