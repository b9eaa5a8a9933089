"""The sweep ends what no worker ends."""

import pytest

from aiqueries import services
from aiqueries.bridges.providers.port import ProviderError
from aiqueries.kinds import Outcome, Status, Trouble
from aiqueries.models import Attempt, Query
from aiqueries.tasks import sweep
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


def test_nothing_is_ended_before_its_time(query):
    later(minutes=14)

    sweep()

    query.refresh_from_db()
    assert query.status == Status.QUEUED


def test_what_waited_too_long_expires(query):
    later(minutes=15)

    sweep()

    query.refresh_from_db()
    assert (query.status, query.error) == (Status.EXPIRED, "No answer came in time.")
    assert (query.cost, query.position) == (None, 1)
    assert ends() == ["expired"]


def test_nothing_leaves_for_what_is_out_of_time(query, first):
    later(minutes=15)

    deliver()

    query.refresh_from_db()
    assert query.status == Status.EXPIRED
    assert first.asks == []


def test_what_a_worker_has_expires_too(query):
    start(query)
    later(minutes=15)

    sweep()

    query.refresh_from_db()
    assert query.status == Status.EXPIRED
    assert Attempt.objects.get().outcome == Outcome.LOST
    assert_paid(query)


def test_a_late_answer_finds_its_turn_over(query, first):
    def slow(ask, on_text, stop):
        later(minutes=15)
        sweep()
        return reply()

    first.script = [slow]
    deliver()

    query.refresh_from_db()
    assert (query.status, query.answer) == (Status.EXPIRED, "")
    assert outcomes(query) == [("first", Outcome.LOST, "")]
    assert ends() == ["expired"]
    assert_paid(query)


def test_a_call_that_fails_after_its_time_ends_the_query(query, first, second):
    def slow(ask, on_text, stop):
        later(minutes=15)
        raise trouble("TIMED_OUT")

    first.script = [slow]
    deliver()

    query.refresh_from_db()
    assert query.status == Status.EXPIRED
    assert second.asks == []
    assert_paid(query)


def test_an_answer_that_comes_before_the_sweep_is_kept(query, first):
    def slow(ask, on_text, stop):
        later(minutes=15)
        return reply()

    first.script = [slow]
    deliver()

    query.refresh_from_db()
    assert query.status == Status.SUCCEEDED


def test_what_waits_for_another_try_expires(query, first, second):
    first.script, second.script = [trouble("TRANSIENT")], [trouble("TRANSIENT")]
    deliver()
    later(minutes=15)

    sweep()
    deliver_again()

    query.refresh_from_db()
    assert query.status == Status.EXPIRED
    assert len(outcomes(query)) == 2
    assert_paid(query)


def test_what_was_cancelled_is_cancelled_though_its_time_is_up(query, ben):
    start(query)
    services.cancel_query(query_id=query.pk, actor=ben)
    later(minutes=15)

    sweep()

    assert ends() == ["cancelled"]


def test_the_second_sweep_finds_nothing(query):
    later(minutes=15)

    assert [services.sweep(), services.sweep()] == [1, 0]


def test_a_call_lasts_no_longer_than_the_query(query, first):
    later(minutes=14, seconds=55)

    deliver()

    assert 1 <= first.asks[0].timeout <= 5


def test_one_that_cannot_be_ended_keeps_no_other(query, ben, monkeypatch):
    other = services.ask_query(prompt="And of Chile?", actor=ben)
    start(query)
    Attempt.objects.update(reserved=0)
    Query.objects.filter(pk=query.pk).update(owner=None, cost="99999999.99999999")
    Attempt.objects.update(reserved=1)
    later(minutes=15)

    assert services.sweep() == 1

    other.refresh_from_db()
    query.refresh_from_db()
    assert (query.status, other.status) == (Status.RUNNING, Status.EXPIRED)


def test_a_stop_that_nobody_asked_for_is_a_failure(query, first):
    first.script = [ProviderError(Trouble.CANCELLED)]

    deliver()

    query.refresh_from_db()
    assert query.status == Status.FAILED
