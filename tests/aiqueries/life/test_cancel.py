"""Cancelling a query, whenever that is."""

import threading
import time
from uuid import uuid4

import pytest
from django.db import connection

from aiqueries import services
from aiqueries.bridges.providers.port import ProviderError
from aiqueries.exceptions import QueryEnded, QueryNotFound
from aiqueries.kinds import Outcome, Status, Trouble
from aiqueries.models import Attempt, Query
from outbox.models import Event
from tests.aiqueries.life.conftest import (
    assert_paid,
    deliver,
    deliver_again,
    ends,
    later,
    outcomes,
    reply,
    start,
    trouble,
)

pytestmark = pytest.mark.django_db


def cancel(query, actor):
    return services.cancel_query(query_id=query.pk, actor=actor)


def test_what_waits_is_cancelled_at_once(query, ben):
    cancelled = cancel(query, ben)

    assert cancelled.status == Status.CANCELLED
    assert ends() == ["cancelled"]
    assert Event.objects.get(name="aiqueries.query_cancelled").actor_id == str(ben.pk)


def test_nothing_leaves_for_what_was_cancelled(query, ben, first):
    cancel(query, ben)
    deliver()

    assert first.asks == []
    assert not Attempt.objects.exists()


def test_what_waits_for_another_try_is_cancelled_at_once(query, ben, first, second):
    first.script, second.script = [trouble("TRANSIENT")], [trouble("TRANSIENT")]
    deliver()

    cancel(query, ben)
    deliver_again()

    query.refresh_from_db()
    assert query.status == Status.CANCELLED
    assert len(outcomes(query)) == 2
    assert_paid(query)


def test_who_runs_it_is_asked_to_stop(query, ben):
    start(query)

    asked = cancel(query, ben)

    assert (asked.status, asked.position) == (Status.RUNNING, 2)
    assert asked.cancel_asked_at is not None
    assert ends() == []


def test_a_call_that_is_closed_for_it_ends_the_query(query, ben, first):
    def closed(ask, on_text, stop):
        cancel(query, ben)
        raise ProviderError(Trouble.CANCELLED, input_tokens=1000, output_tokens=0)

    first.script = [closed]
    deliver()

    query.refresh_from_db()
    assert query.status == Status.CANCELLED
    assert outcomes(query) == [("first", Outcome.CANCELLED, Trouble.CANCELLED)]
    assert ends() == ["cancelled"]
    assert_paid(query)


def test_no_other_provider_is_asked_after_it(query, ben, first, second):
    def fails(ask, on_text, stop):
        cancel(query, ben)
        raise trouble("TRANSIENT")

    first.script = [fails]
    deliver()

    query.refresh_from_db()
    assert query.status == Status.CANCELLED
    assert second.asks == []


def test_the_sweep_ends_what_a_dead_worker_had(query, ben):
    start(query)
    cancel(query, ben)
    later(seconds=6)

    assert services.sweep() == 1

    query.refresh_from_db()
    assert query.status == Status.CANCELLED
    assert Event.objects.get(name="aiqueries.query_cancelled").actor_id == str(ben.pk)
    assert Attempt.objects.get().outcome == Outcome.LOST
    assert_paid(query)


def test_the_sweep_gives_a_worker_that_lives_its_time(query, ben):
    start(query)
    cancel(query, ben)

    assert services.sweep() == 0


def test_twice_is_no_mistake(query, ben):
    cancel(query, ben)

    assert cancel(query, ben).status == Status.CANCELLED
    assert ends() == ["cancelled"]


def test_asking_twice_to_stop_is_no_mistake(query, ben):
    start(query)
    first_time = cancel(query, ben)

    assert cancel(query, ben).position == first_time.position


def test_what_has_ended_cannot_be_cancelled(query, ben, providers):
    deliver()
    before = Query.objects.values().get()

    with pytest.raises(QueryEnded):
        cancel(query, ben)

    assert Query.objects.values().get() == before


def test_somebody_elses_is_not_there(query, asha):
    with pytest.raises(QueryNotFound):
        cancel(query, asha)

    query.refresh_from_db()
    assert query.status == Status.QUEUED


def test_nor_is_an_unknown_one(ben):
    with pytest.raises(QueryNotFound):
        services.cancel_query(query_id=uuid4(), actor=ben)


def test_an_administrator_can_cancel_anybodys(query, admin_person):
    assert cancel(query, admin_person).status == Status.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_a_running_call_is_closed_within_a_second(query, ben, first):
    begun = threading.Event()
    took = []

    def waits(ask, on_text, stop):
        begun.set()
        since = time.monotonic()
        while not stop():
            assert time.monotonic() - since < 10, "Nobody told the provider to stop."
            time.sleep(0.01)
        took.append(time.monotonic())
        raise ProviderError(Trouble.CANCELLED)

    first.script = [waits]
    worker = threading.Thread(target=in_its_own_connection, args=[deliver])
    worker.start()
    begun.wait(5)
    asked = time.monotonic()
    cancel(query, ben)
    worker.join(10)

    query.refresh_from_db()
    assert query.status == Status.CANCELLED
    assert took[0] - asked < 1
    assert_paid(query)


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_turn_is_over_stops_paying(query, first):
    def waits(ask, on_text, stop):
        Query.objects.update(turn=7)
        since = time.monotonic()
        while not stop():
            assert time.monotonic() - since < 10, "Nobody told the provider to stop."
            time.sleep(0.01)
        raise ProviderError(Trouble.CANCELLED)

    first.script = [waits]
    deliver()

    query.refresh_from_db()
    assert (query.status, query.turn) == (Status.RUNNING, 7)


def test_who_hears_that_nobody_listens_stops(query, ben, first):
    said = []

    def talks(ask, on_text, stop):
        cancel(query, ben)
        for _ in range(100):
            if stop():
                raise ProviderError(Trouble.CANCELLED)
            said.append(on_text("Lima "))
            time.sleep(0.01)
        return reply()

    first.script = [talks]
    deliver()

    query.refresh_from_db()
    assert query.status == Status.CANCELLED
    assert 0 < len(said) < 100


def in_its_own_connection(work):
    try:
        work()
    finally:
        connection.close()
