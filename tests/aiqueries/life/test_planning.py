"""Whom to ask next, and when."""

from datetime import UTC, datetime, timedelta

import pytest

from aiqueries.kinds import Outcome, Trouble
from aiqueries.planning import MOST_FAILURES, MOST_LOSSES, Call, chances
from aiqueries.routes import Route

A, B = Route("a", "large"), Route("b", "small")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def failed(route, trouble=Trouble.TRANSIENT, **members):
    said = {"outcome": Outcome.FAILED, "trouble": trouble, "says": "It was away.", "ended_at": NOW}
    return Call(route=route, **{**said, **members})


def lost(route):
    return failed(route, outcome=Outcome.LOST, trouble="")


def plan(*calls, chain=(A, B), seed="one"):
    return chances(chain, calls, seed=seed, now=NOW)


def order(*calls, **members):
    return [chance.route for chance in plan(*calls, **members)]


def wait(*calls):
    """The seconds before the first in order may be asked."""
    return (plan(*calls)[0].at - NOW).total_seconds()


def test_all_are_there_at_first():
    assert [(chance.route, chance.at) for chance in plan()] == [(A, NOW), (B, NOW)]


def test_who_failed_comes_after_who_did_not():
    assert order(failed(A)) == [B, A]


def test_after_a_round_it_is_the_first_ones_turn_again():
    assert order(failed(A), failed(B)) == [A, B]


@pytest.mark.parametrize("trouble", [Trouble.AUTH, Trouble.TOO_LARGE, Trouble.BAD_REQUEST])
def test_who_can_do_no_better_is_not_asked_again(trouble):
    assert order(failed(A, trouble)) == [B]


def test_nobody_is_asked_for_what_one_refused():
    assert order(failed(A, Trouble.REFUSED)) == []


def test_waits_grow():
    waits = [wait(*[failed(A), failed(B)] * times) for times in (1, 2)]

    assert 1 <= waits[0] <= 2
    assert 4 <= waits[1] <= 8


def test_a_wait_is_the_same_for_whoever_looks():
    calls = [failed(A), failed(B)]

    assert wait(*calls) == wait(*calls)


def test_queries_that_failed_together_wait_differently():
    calls = [failed(A), failed(B)]

    assert plan(*calls, seed="one")[0].at != plan(*calls, seed="two")[0].at


def test_a_provider_that_wants_rest_gets_it():
    until = NOW + timedelta(seconds=37)

    assert wait(failed(A, Trouble.RATE_LIMITED, pause_until=until), failed(B)) == 37


def test_after_so_many_failures_nobody_is_asked():
    assert order(*[failed(A)] * (MOST_FAILURES - 1), chain=[A]) == [A]
    assert order(*[failed(A)] * MOST_FAILURES, chain=[A]) == []


def test_a_lost_call_says_nothing_about_the_provider():
    assert [(chance.route, chance.at) for chance in plan(lost(A))] == [(A, NOW), (B, NOW)]


def test_what_workers_die_of_is_given_up():
    assert order(*[lost(A)] * (MOST_LOSSES - 1)) == [A, B]
    assert order(*[lost(A)] * MOST_LOSSES) == []
