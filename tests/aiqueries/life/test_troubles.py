"""Whatever a provider does, the query comes to a clear end, or waits for another try."""

from datetime import timedelta

import pytest
from django.utils import timezone

from aiqueries.kinds import Outcome, Status, Trouble
from aiqueries.models import Price, Query
from outbox.models import Delivery
from tests.aiqueries.life.conftest import (
    assert_paid,
    deliver,
    deliver_again,
    ends,
    events,
    later,
    outcomes,
    reply,
    trouble,
)

pytestmark = pytest.mark.django_db

NEXT_ONE = [kind for kind in Trouble if kind.handling.next_provider]
AGAIN = [kind for kind in Trouble if kind.handling.retryable]
NO_MORE = [kind for kind in Trouble if kind.handling.next_provider and not kind.handling.retryable]


@pytest.fixture
def alone(settings, providers):
    """The first provider, when there is no other."""
    settings.AI_ROUTES = ["first/large"]
    return providers[0]


def waiting():
    return Delivery.objects.get(subscriber="aiqueries.answer_query")


@pytest.mark.parametrize("kind", NEXT_ONE)
def test_another_provider_is_asked(query, first, second, kind):
    first.script = [trouble(kind)]

    deliver()

    query.refresh_from_db()
    assert (query.status, query.provider) == (Status.SUCCEEDED, "second")
    assert outcomes(query) == [
        ("first", Outcome.FAILED, kind),
        ("second", Outcome.ANSWERED, ""),
    ]
    assert_paid(query)


@pytest.mark.parametrize("kind", AGAIN)
def test_the_same_one_is_asked_again_later(query, alone, kind):
    alone.script = [trouble(kind)]

    deliver()
    query.refresh_from_db()
    assert (query.status, len(alone.asks)) == (Status.QUEUED, 1)
    assert timedelta(0) < query.retry_at - timezone.now() <= timedelta(seconds=2)

    later(seconds=2)
    deliver_again()
    query.refresh_from_db()
    assert (query.status, query.retry_at) == (Status.SUCCEEDED, None)
    assert_paid(query)


@pytest.mark.parametrize("kind", [Trouble.REFUSED, *NO_MORE])
def test_where_nobody_does_better_the_query_fails(query, alone, kind):
    alone.script = [trouble(kind)]

    deliver()

    query.refresh_from_db()
    assert (query.status, query.error_code) == (Status.FAILED, kind.lower())
    assert query.error == kind.label
    assert waiting().status == Delivery.Status.DONE
    assert ends() == ["failed"]
    assert_paid(query)


def test_what_one_refused_no_other_is_asked(query, first, second):
    first.script = [trouble("REFUSED")]

    deliver()

    query.refresh_from_db()
    assert query.status == Status.FAILED
    assert second.asks == []


def test_a_bug_in_a_provider_counts_as_its_trouble(query, first):
    first.script = [ZeroDivisionError("in the middle of the prompt")]

    deliver()

    query.refresh_from_db()
    assert query.status == Status.SUCCEEDED
    assert outcomes(query)[0] == ("first", Outcome.FAILED, Trouble.TRANSIENT)
    assert "prompt" not in query.attempts.get(number=1).says


def test_a_provider_that_asks_for_rest_gets_it(query, alone):
    alone.script = [trouble("RATE_LIMITED", wait=40)]

    deliver()

    query.refresh_from_db()
    assert timedelta(seconds=38) < query.retry_at - timezone.now() <= timedelta(seconds=40)
    assert waiting().due_at >= query.retry_at - timedelta(seconds=0.1)


def test_whoever_comes_too_early_waits_on(query, alone):
    alone.script = [trouble("RATE_LIMITED", wait=40)]
    deliver()

    deliver_again()

    query.refresh_from_db()
    assert (query.status, len(alone.asks)) == (Status.QUEUED, 1)
    assert waiting().due_at >= query.retry_at - timedelta(seconds=0.1)


def test_waiting_is_no_failure_of_the_delivery(query, alone):
    alone.script = [trouble("TRANSIENT")]

    deliver()

    delivery = waiting()
    assert (delivery.status, delivery.failures) == (Delivery.Status.WAITING, 0)
    assert delivery.attempts_allowed > 28


def test_a_rest_longer_than_the_query_lasts_fails_it_at_once(query, alone):
    alone.script = [trouble("RATE_LIMITED", wait=3600)]

    deliver()

    query.refresh_from_db()
    assert (query.status, query.error_code) == (Status.FAILED, "rate_limited")


@pytest.mark.parametrize("wait", [-5, 0, 1e308, float("nan")])
def test_a_rest_that_makes_no_sense_is_no_trouble(query, alone, wait):
    alone.script = [trouble("RATE_LIMITED", wait=wait)]

    deliver()

    query.refresh_from_db()
    assert query.status == (Status.FAILED if wait == 1e308 else Status.QUEUED)


def test_after_five_failures_it_is_enough(query, alone):
    alone.script = [trouble("TRANSIENT") for _ in range(9)]

    deliver()
    for _ in range(8):
        later(seconds=121)
        Query.objects.update(expires_at=timezone.now() + timedelta(minutes=15))
        deliver_again()

    query.refresh_from_db()
    assert (query.status, query.error_code) == (Status.FAILED, "transient")
    assert len(alone.asks) == 5
    assert_paid(query)


def test_each_call_has_a_name_of_its_own(query, first, second):
    first.script = [trouble("TRANSIENT")]

    deliver()

    assert [ask.key for ask in first.asks + second.asks] == [f"{query.pk}-1", f"{query.pk}-2"]


def test_every_call_is_told_of_before_it_is_made(query, first, second):
    told = []

    def looks(ask, on_text, stop):
        told.append([event.payload["attempt"] for event in events("sent")])
        raise trouble("TRANSIENT")

    first.script = [looks]
    deliver()

    assert told == [[1]]
    assert [event.payload["provider"] for event in events("sent")] == ["first", "second"]


def test_a_model_that_is_no_longer_on_offer_fails_the_query(query, settings):
    settings.AI_ROUTES = ["second/small"]
    Query.objects.update(model="first/large")

    deliver()

    query.refresh_from_db()
    assert (query.status, query.error_code) == (Status.FAILED, "unknown_model")
    assert query.cost is None


def test_a_provider_that_is_not_set_up_is_passed_over(query, settings, second):
    settings.AI_ROUTES = ["nobody/large", "second/small"]
    Price.objects.create(
        provider="nobody", model="large", input_per_million=1, output_per_million=1
    )

    deliver()

    query.refresh_from_db()
    assert (query.status, query.provider) == (Status.SUCCEEDED, "second")


def test_a_task_ends_before_its_time_limit(query, first, second, settings):
    settings.CELERY_TASK_TIME_LIMIT = 60

    deliver()

    assert first.asks[0].timeout == 20


def test_a_late_first_word_is_noted(query, first):
    def talks(ask, on_text, stop):
        on_text("Li")
        on_text("ma.")
        return reply()

    first.script = [talks]
    deliver()

    attempt = query.attempts.get()
    assert attempt.began_at <= attempt.first_text_at <= attempt.ended_at
