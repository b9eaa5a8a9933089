import pytest
from django.db import connection, transaction
from django.utils import timezone

from core.correlation import correlated, correlation_id
from outbox import delivery
from outbox.events import DomainEvent, Permanent, subscribe
from outbox.models import Delivery
from outbox.publishing import publish
from tests.outbox.conftest import BEN

pytestmark = pytest.mark.django_db


def test_a_subscriber_gets_the_event_and_its_envelope(ring, listener):
    (waiting,) = ring("low")

    delivery.deliver([(waiting.id, 0)])

    assert listener.heard == ["low"]
    (envelope,) = listener.envelopes
    assert envelope.event_id == str(waiting.event.uuid)
    assert envelope.actor == BEN
    assert envelope.occurred_at == waiting.event.occurred_at


def test_what_is_delivered_is_done(ring):
    (waiting,) = ring("low")

    delivery.deliver([(waiting.id, 0)])

    waiting.refresh_from_db()
    assert (waiting.status, waiting.attempts, waiting.error) == ("DONE", 1, "")
    assert waiting.finished_at is not None


def test_a_doubled_message_delivers_once(ring, listener):
    (waiting,) = ring("low")

    delivery.deliver([(waiting.id, 0)])
    delivery.deliver([(waiting.id, 0)])

    assert listener.heard == ["low"]


def test_a_message_from_before_the_last_attempt_is_ignored(ring, listener):
    (waiting,) = ring("low")
    Delivery.objects.filter(pk=waiting.pk).update(attempts=2)

    taken = delivery.deliver([(waiting.id, 1)])

    assert taken == 0
    assert listener.heard == []


def test_a_failure_is_tried_again_later(ring, listener):
    listener.fail_on["low"] = ConnectionError("unreachable")
    (waiting,) = ring("low")

    delivery.deliver([(waiting.id, 0)])

    waiting.refresh_from_db()
    assert (waiting.status, waiting.attempts) == ("WAITING", 1)
    assert waiting.error == "ConnectionError: unreachable"
    assert 1.5 < (waiting.due_at - timezone.now()).total_seconds() <= 4


@pytest.mark.parametrize(
    ("failures", "least", "most"), [(1, 8, 16), (3, 128, 256), (6, 1800, 3600)]
)
def test_waits_grow_fourfold_up_to_an_hour(ring, listener, failures, least, most):
    listener.fail_on["low"] = ConnectionError("unreachable")
    (waiting,) = ring("low")
    Delivery.objects.filter(pk=waiting.pk).update(attempts=9, failures=failures)

    delivery.deliver([(waiting.id, 9)])

    waiting.refresh_from_db()
    assert least - 1 < (waiting.due_at - timezone.now()).total_seconds() <= most


def test_after_eight_failures_it_is_given_up(ring, listener):
    listener.fail_on["low"] = ConnectionError("unreachable")
    (waiting,) = ring("low")

    for attempts in range(8):
        delivery.deliver([(waiting.id, attempts)])

    waiting.refresh_from_db()
    assert (waiting.status, waiting.attempts, waiting.failures) == ("DEAD", 8, 8)
    assert waiting.error == "ConnectionError: unreachable"


def test_a_permanent_failure_is_given_up_at_once(ring, listener):
    listener.fail_on["low"] = Permanent("no such mailbox")
    (waiting,) = ring("low")

    delivery.deliver([(waiting.id, 0)])

    waiting.refresh_from_db()
    assert (waiting.status, waiting.attempts) == ("DEAD", 1)
    assert waiting.error == "Permanent: no such mailbox"


def test_a_subscriber_that_no_longer_exists_is_a_dead_letter(ring):
    (waiting,) = ring("low")
    Delivery.objects.filter(pk=waiting.pk).update(subscriber="tests.retired")

    delivery.deliver([(waiting.id, 0)])

    waiting.refresh_from_db()
    assert waiting.status == "DEAD"
    assert "tests.retired" in waiting.error


def test_one_failing_event_does_not_hold_up_the_next(ring, listener):
    listener.fail_on["bad"] = ConnectionError("unreachable")
    bad, good = ring("bad", "good")

    delivery.deliver([(bad.id, 0), (good.id, 0)])

    assert listener.heard == ["good"]
    good.refresh_from_db()
    assert good.status == "DONE"


def test_a_slow_worker_does_not_overwrite_its_successor(ring, listener):
    (waiting,) = ring("low")
    (slow,) = delivery._claim([(waiting.id, 0)])
    Delivery.objects.filter(pk=waiting.pk).update(attempts=2)  # its lease ran out: claimed again

    delivery._settle([slow])

    waiting.refresh_from_db()
    assert (waiting.status, waiting.attempts) == ("WAITING", 2)


def test_a_field_that_this_release_does_not_know_is_left_out(ring, listener):
    (waiting,) = ring("low")
    waiting.event.payload = {"tone": "low", "volume": 11}
    waiting.event.save(update_fields=["payload"])

    delivery.deliver([(waiting.id, 0)])

    assert listener.heard == ["low"]


class Asked(DomainEvent):
    name = "tests.asked"


seen = []


@subscribe(Asked)
def note_correlation(event, envelope):
    seen.append((correlation_id(), connection.in_atomic_block))


@pytest.mark.django_db(transaction=True)
def test_a_subscriber_runs_outside_a_transaction_with_the_requests_id():
    with correlated("request-7"), transaction.atomic():
        publish(Asked(), actor=BEN)
    seen.clear()

    delivery.deliver([(Delivery.objects.get().id, 0)])

    assert seen == [("request-7", False)]


def batch_deliveries():
    rows = Delivery.objects.filter(subscriber="tests.hear_all").order_by("id")
    return [(row.id, row.attempts) for row in rows]


def test_a_batch_subscriber_gets_all_at_once(ring, listener):
    ring("c", "e", "g")

    delivery.deliver(batch_deliveries())

    assert listener.batches == [["c", "e", "g"]]
    assert set(Delivery.objects.filter(subscriber="tests.hear_all").values_list("status")) == {
        ("DONE",)
    }


def test_a_batch_that_fails_is_given_one_by_one(ring, listener):
    listener.fail_on["batch e"] = ConnectionError("unreachable")
    ring("c", "e", "g")

    delivery.deliver(batch_deliveries())

    assert listener.batches == [["c", "e", "g"], ["c"], ["e"], ["g"]]
    rows = Delivery.objects.filter(subscriber="tests.hear_all").order_by("id")
    assert [row.status for row in rows] == ["DONE", "WAITING", "DONE"]
