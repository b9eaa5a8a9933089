"""A worker killed between any two steps: another one brings the query to the same end."""

import pytest
from django.db import connection, transaction

from aiqueries import services
from aiqueries.kinds import Outcome, Status
from aiqueries.models import Debit, Query
from outbox.models import Delivery
from tests.aiqueries.life.conftest import (
    assert_paid,
    deliver,
    deliver_again,
    ends,
    events,
    later,
    trouble,
)

pytestmark = pytest.mark.django_db

MOST = 200  # statements


class Killed(BaseException):
    """What nobody catches."""


class Kill:
    """Kills at the statement of this number; where there are not so many, nothing happens."""

    def __init__(self, number):
        self.left = number

    def __call__(self, execute, sql, params, many, context):
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            self.left -= 1
            if self.left == 0:
                raise Killed
        return execute(sql, params, many, context)


def killed_at_each(scenario):
    """Play the scenario with a kill at its first statement, its second, and so on to the last."""
    for number in range(1, MOST):
        with transaction.atomic():
            try:
                with connection.execute_wrapper(Kill(number)):
                    deliver()
            except Killed:
                scenario(number)
            else:
                return number - 1
            transaction.set_rollback(True)
    raise AssertionError(f"More than {MOST} statements.")


def test_there_is_one_answer_and_one_debit(query, first):
    def carries_on(number):
        deliver_again()
        query.refresh_from_db()
        assert query.status == Status.SUCCEEDED, number
        assert query.attempts.filter(outcome=Outcome.ANSWERED).count() == 1, number
        assert not query.attempts.filter(outcome=Outcome.RUNNING).exists(), number
        assert ends() == ["answered"], number
        assert len(events("sent")) == query.attempts.count() == query.turn, number
        assert not Delivery.objects.filter(
            subscriber="aiqueries.answer_query", status="WAITING"
        ).exists()
        assert_paid(query)

    assert killed_at_each(carries_on) > 15


def test_a_call_is_made_again_only_where_it_was_under_way(query, first):
    calls = []

    def carries_on(number):
        first.asks.clear()
        lost = query.attempts.exclude(outcome=Outcome.ANSWERED).count()
        deliver_again()
        calls.append((lost, len(first.asks)))

    killed_at_each(carries_on)

    assert (0, 1) in calls  # killed before anything was written down
    assert (1, 1) in calls  # during the call
    assert (0, 0) in calls  # after the answer was kept
    assert len(set(calls)) == 3


@pytest.mark.slow
def test_a_fallback_comes_to_the_same_end(query, first, second):
    def carries_on(number):
        first.script = [trouble("TRANSIENT")]
        deliver_again()
        for _ in range(3):
            later(seconds=130)
            Query.objects.filter(pk=query.pk, status=Status.QUEUED).update(
                expires_at=query.expires_at
            )
            deliver_again()
        query.refresh_from_db()
        assert query.status == Status.SUCCEEDED, number
        assert ends() == ["answered"], number
        assert_paid(query)
        first.script = [trouble("TRANSIENT")]

    first.script = [trouble("TRANSIENT")]
    assert killed_at_each(carries_on) > 25


@pytest.mark.slow
def test_a_query_that_waits_comes_to_the_same_end(query, first, settings):
    settings.AI_ROUTES = ["first/large"]

    def carries_on(number):
        deliver_again()
        later(seconds=130)
        Query.objects.filter(pk=query.pk, status=Status.QUEUED).update(expires_at=query.expires_at)
        deliver_again()
        query.refresh_from_db()
        assert query.status == Status.SUCCEEDED, number
        assert_paid(query)
        first.script = [trouble("RATE_LIMITED", wait=30)]

    first.script = [trouble("RATE_LIMITED", wait=30)]
    assert killed_at_each(carries_on) > 15


@pytest.mark.slow
def test_a_failure_comes_to_the_same_end(query, first, settings):
    def carries_on(number):
        deliver_again()
        query.refresh_from_db()
        assert query.status == Status.FAILED, number
        assert ends() == ["failed"], number
        assert_paid(query)
        first.script = [trouble("REFUSED") for _ in range(5)]

    first.script = [trouble("REFUSED") for _ in range(5)]
    assert killed_at_each(carries_on) > 15


def test_without_a_worker_the_sweep_ends_it(query, first):
    def nobody_comes(number):
        before = Debit.objects.filter(settled_at__isnull=False).exists()
        later(minutes=16)
        services.sweep()
        query.refresh_from_db()
        assert query.status == (Status.SUCCEEDED if before else Status.EXPIRED), number
        assert len(ends()) == 1, number

    killed_at_each(nobody_comes)
