"""What a query costs, whatever became of its calls."""

from dataclasses import replace
from decimal import Decimal

import pytest

from aiqueries import services
from aiqueries.kinds import Outcome, Status, Trouble
from aiqueries.models import Account, Attempt, Budget, Query
from aiqueries.services import running
from tests.aiqueries.life.conftest import (
    SECOND,
    assert_paid,
    deliver,
    ends,
    events,
    start,
    trouble,
)

pytestmark = pytest.mark.django_db

ANSWER = running.Answer(
    text="Lima.", model="large-2026", input_tokens=1000, output_tokens=500, request_id="r1"
)
FAILURE = running.Failure(trouble=Trouble.TRANSIENT, says="It was away.")


@pytest.fixture
def started(query):
    return start(query)


def test_it_costs_what_its_tokens_cost(query, started):
    running.succeed(started, ANSWER)

    query.refresh_from_db()
    assert query.cost == 1.5
    assert events("answered")[0].payload["cost"] == "1.5"
    assert_paid(query)


def test_a_failed_call_costs_what_its_tokens_cost(query, started):
    told = replace(FAILURE, trouble=Trouble.TRUNCATED, input_tokens=1000, output_tokens=0)

    running.fail_attempt(started, told)

    query.refresh_from_db()
    assert query.cost == 1


def test_an_answer_that_nobody_wants_any_more_is_not_kept(query, started, ben):
    services.cancel_query(query_id=query.pk, actor=ben)

    running.succeed(started, ANSWER)

    query.refresh_from_db()
    assert (query.status, query.answer, query.cost) == (Status.CANCELLED, "", 1.5)
    assert ends() == ["cancelled"]
    assert_paid(query)


def test_where_tokens_are_not_told_it_costs_all_that_was_held_back(query, started):
    running.succeed(started, replace(ANSWER, output_tokens=None))

    query.refresh_from_db()
    assert query.cost == Attempt.objects.get().reserved
    assert_paid(query)


@pytest.mark.parametrize("tokens", [-1, 2**31, 10**30])
def test_tokens_that_cannot_be_are_not_believed(query, started, tokens):
    running.succeed(started, replace(ANSWER, output_tokens=tokens))

    query.refresh_from_db()
    assert query.output_tokens is None
    assert_paid(query)


@pytest.mark.parametrize(("kind", "billed"), [("TRANSIENT", True), ("RATE_LIMITED", False)])
def test_a_failed_call_costs_what_may_be_billed(query, started, kind, billed):
    running.fail_attempt(started, replace(FAILURE, trouble=Trouble(kind)))

    attempt = Attempt.objects.get()
    query.refresh_from_db()
    assert attempt.cost == query.cost == (attempt.reserved if billed else 0)


def test_its_call_is_written_down_before_it_is_made(query):
    start(query)

    attempt = Attempt.objects.get()
    assert (attempt.number, attempt.turn, attempt.outcome) == (1, 1, Outcome.RUNNING)
    assert attempt.reserved > 0
    assert attempt.input_digest == events("sent")[0].payload["input_digest"]


def test_a_lost_call_may_have_cost_all_that_was_held_back(query):
    start(query)
    reserved = Attempt.objects.get().reserved

    start(query, SECOND)

    lost = Attempt.objects.get(number=1)
    query.refresh_from_db()
    assert lost.cost == query.cost == reserved
    assert lost.ended_at is not None


def budget(amount):
    return Budget.objects.create(scope="WHOLE", period="DAY", amount=amount)


def test_where_the_budget_is_gone_a_cheaper_one_is_asked(query, first, second):
    budget("0.05")

    deliver()

    query.refresh_from_db()
    assert (query.status, query.provider) == (Status.SUCCEEDED, "second")
    assert first.asks == []


def test_where_nothing_fits_the_query_fails_and_says_so(query, first, second):
    budget("0.00")

    deliver()

    query.refresh_from_db()
    assert (query.status, query.error_code, query.cost) == (Status.FAILED, "budget_spent", None)
    assert not Attempt.objects.exists()


def test_no_more_is_spent_than_whoever_asks_allows(query, first, second):
    Query.objects.update(max_cost="0.10")

    deliver()

    query.refresh_from_db()
    assert (query.status, query.provider) == (Status.SUCCEEDED, "second")


@pytest.mark.parametrize(
    "deeds",
    [
        ["TRANSIENT"],
        ["RATE_LIMITED"],
        ["REFUSED"],
        ["MALFORMED", "TRUNCATED"],
        [],
    ],
    ids=lambda deeds: "-".join(deeds) or "answered",
)
def test_the_budgets_books_agree_with_the_calls(query, first, second, deeds):
    account = Account.objects.filter(budget=budget("500.00"))
    first.script, second.script = ([trouble(kind)] for kind in (deeds + ["AUTH"] * 2)[:2])
    if not deeds:
        first.script = []

    deliver()

    query.refresh_from_db()
    assert not query.is_open or query.retry_at
    calls = sum((attempt.cost for attempt in query.attempts.all()), Decimal(0))
    assert account.get().spent == calls == query.cost
    assert account.get().reserved == 0
