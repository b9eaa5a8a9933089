"""Two at once, made certain by a lock that is held open."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from aiqueries import services
from aiqueries.exceptions import QueryEnded
from aiqueries.kinds import Outcome, Status
from aiqueries.models import Query
from aiqueries.services import running
from tests.aiqueries.life.conftest import (
    assert_paid,
    deliver,
    deliver_again,
    ends,
    outcomes,
    reply,
    start,
    trouble,
)
from tests.conftest import wait_until_someone_waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = running.Answer(
    text="Lima.", model="large-2026", input_tokens=1000, output_tokens=500, request_id="r1"
)


def apart(work):
    """The same, in a connection of its own."""

    def call():
        try:
            return work()
        finally:
            connection.close()

    return call


def at_once(first, second):
    """Call both: the second begins before the first has committed. Returns result and future."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            result = first()
            future = pool.submit(apart(second))
            wait_until_someone_waits_for_a_lock()
        future.exception(timeout=10)
    return result, future


def test_of_two_workers_that_take_it_the_second_has_it(query):
    first, second = at_once(lambda: start(query), lambda: start(query))

    query.refresh_from_db()
    assert (first.turn, second.result().turn, query.turn) == (1, 2, 2)
    assert outcomes(query) == [("first", Outcome.LOST, ""), ("first", Outcome.RUNNING, "")]


def test_an_answer_and_a_takeover_end_in_the_answer(query):
    started = start(query)

    _, second = at_once(lambda: running.succeed(started, ANSWER), lambda: start(query))

    query.refresh_from_db()
    assert second.result() is None
    assert (query.status, query.turn) == (Status.SUCCEEDED, 1)
    assert_paid(query)


def test_a_takeover_and_an_answer_end_in_the_next_turn(query):
    started = start(query)

    _, second = at_once(lambda: start(query), lambda: running.succeed(started, ANSWER))

    query.refresh_from_db()
    assert second.result() is False
    assert (query.status, query.turn, query.answer) == (Status.RUNNING, 2, "")


def test_a_cancelled_query_gets_no_answer_after_all(query, ben):
    started = start(query)

    _, second = at_once(
        lambda: services.cancel_query(query_id=query.pk, actor=ben),
        lambda: running.succeed(started, ANSWER),
    )

    query.refresh_from_db()
    assert second.result() is True
    assert query.status == Status.CANCELLED
    assert ends() == ["cancelled"]
    assert_paid(query)


def test_an_answered_query_is_not_cancelled_any_more(query, ben):
    started = start(query)

    _, second = at_once(
        lambda: running.succeed(started, ANSWER),
        lambda: services.cancel_query(query_id=query.pk, actor=ben),
    )

    query.refresh_from_db()
    assert isinstance(second.exception(), QueryEnded)
    assert query.status == Status.SUCCEEDED
    assert ends() == ["answered"]


def test_a_query_that_is_cancelled_while_it_is_taken_stays_cancelled(query, ben):
    _, second = at_once(
        lambda: services.cancel_query(query_id=query.pk, actor=ben), lambda: start(query)
    )

    query.refresh_from_db()
    assert second.result() is None
    assert query.status == Status.CANCELLED
    assert outcomes(query) == []


def test_a_query_that_is_taken_while_it_is_cancelled_is_asked_to_stop(query, ben):
    _, second = at_once(
        lambda: start(query), lambda: services.cancel_query(query_id=query.pk, actor=ben)
    )

    query.refresh_from_db()
    assert second.result().status == Status.RUNNING
    assert query.cancel_asked_at is not None


def test_the_sweep_goes_round_a_query_that_is_being_answered(query):
    started = start(query)
    Query.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        running.succeed(started, ANSWER)
        swept = pool.submit(apart(services.sweep)).result(timeout=10)

    assert swept == 0
    assert ends() == ["answered"]


def test_two_sweeps_end_each_query_once(query, ben):
    for number in range(9):
        services.ask_query(prompt=f"And of town {number}?", actor=ben)
    Query.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    with ThreadPoolExecutor(2) as pool:
        counts = [pool.submit(apart(services.sweep)) for _ in range(2)]

    assert sum(count.result() for count in counts) == 10
    assert ends() == ["expired"] * 10


def test_two_workers_with_the_same_delivery_make_one_answer(query, first):
    both = threading.Barrier(2, timeout=10)

    def waits(ask, on_text, stop):
        """The first call, whose lease has lapsed meanwhile, ends while the second is under way."""
        both.wait()
        return reply("Quito.")

    def overtakes(ask, on_text, stop):
        both.wait()
        slow.result(timeout=10)
        return reply("Lima.")

    first.script = [waits, overtakes]
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(apart(deliver))
        while not first.asks:
            time.sleep(0.01)
        deliver_again()

    query.refresh_from_db()
    assert (query.status, query.answer, query.turn) == (Status.SUCCEEDED, "Lima.", 2)
    assert outcomes(query) == [("first", Outcome.LOST, ""), ("first", Outcome.ANSWERED, "")]
    assert ends() == ["answered"]
    assert_paid(query)


def test_whoever_lost_it_asks_nobody_else(query, first, second):
    def overtaken(ask, on_text, stop):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(apart(lambda: start(query))).result(timeout=10)
        raise trouble("TRANSIENT")

    first.script = [overtaken]
    deliver()

    query.refresh_from_db()
    assert second.asks == []
    assert (query.status, query.turn) == (Status.RUNNING, 2)
