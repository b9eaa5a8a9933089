from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from outbox import delivery, relay

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(function, *arguments):
    """Run it on a connection of its own and return its answer."""

    def run():
        try:
            return function(*arguments)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(timeout=5)


def test_a_delivery_that_another_worker_is_claiming_is_passed_over(ring, listener):
    (waiting,) = ring("low")

    with transaction.atomic():
        (ours,) = delivery._claim([(waiting.id, 0)])
        theirs = elsewhere(delivery.deliver, [(waiting.id, 0)])

    assert ours.attempts == 1
    assert theirs == 0
    assert listener.heard == []


def test_two_relays_never_take_the_same_delivery(ring):
    ring("low")

    with transaction.atomic():
        ours = relay.take_due()
        theirs = elsewhere(relay.take_due)

    assert {due.subscriber for due in ours} == {"tests.hear", "tests.hear_all"}
    assert theirs == []
