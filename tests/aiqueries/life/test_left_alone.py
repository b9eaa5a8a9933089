"""Providers that fail again and again are left alone by all queries."""

from datetime import timedelta

import pytest
from django.utils import timezone

from aiqueries import services
from aiqueries.breaking import MOST_FAILURES
from aiqueries.kinds import Status
from aiqueries.models import Circuit, Query
from aiqueries.services import circuits
from tests.aiqueries.life.conftest import FIRST, SECOND, deliver, deliver_again, outcomes, trouble

pytestmark = pytest.mark.django_db


def open_circuit(route):
    for _ in range(MOST_FAILURES):
        circuits.note_trouble(route, trouble("TRANSIENT").kind)


def close_soon():
    Circuit.objects.update(until=timezone.now())


def test_the_next_one_is_asked_instead(query, first, second):
    open_circuit(FIRST)

    deliver()

    query.refresh_from_db()
    assert (query.status, query.provider) == (Status.SUCCEEDED, "second")
    assert first.asks == []


def test_where_all_are_left_alone_queries_wait(query, first, second):
    open_circuit(FIRST)
    open_circuit(SECOND)

    deliver()

    query.refresh_from_db()
    assert (query.status, outcomes(query)) == (Status.QUEUED, [])
    assert query.retry_at - timezone.now() > timedelta(seconds=5)


def test_one_query_tries_a_provider_out(query, first, settings, ben):
    settings.AI_ROUTES = [str(FIRST)]
    services.ask_query(prompt="And of Chile?", actor=ben)
    open_circuit(FIRST)
    close_soon()
    first.script = [trouble("TRANSIENT")]

    deliver()

    assert len(first.asks) == 1
    assert set(Query.objects.values_list("status", flat=True)) == {Status.QUEUED}


def test_once_it_answers_all_are_asked_of_it_again(query, first, settings):
    settings.AI_ROUTES = [str(FIRST)]
    open_circuit(FIRST)
    close_soon()

    deliver()

    query.refresh_from_db()
    assert query.status == Status.SUCCEEDED
    assert Circuit.objects.get().until is None


def test_troubles_of_queries_are_counted(query, first, second):
    first.script = [trouble("TRANSIENT")]

    deliver()

    assert Circuit.objects.get(provider="first").failures == 1


def test_a_query_that_may_not_be_paid_lets_another_try(query, first, settings):
    settings.AI_ROUTES = [str(FIRST)]
    Query.objects.update(max_cost="0.00000001")
    open_circuit(FIRST)
    close_soon()

    deliver()

    query.refresh_from_db()
    assert (query.status, query.error_code) == (Status.FAILED, "too_dear")
    assert circuits.may_call(FIRST)


def test_a_query_that_waits_for_it_ends_when_its_time_is_up(query, first, settings):
    settings.AI_ROUTES = [str(FIRST)]
    open_circuit(FIRST)
    Query.objects.update(expires_at=timezone.now() + timedelta(seconds=2))

    deliver()
    deliver_again()

    query.refresh_from_db()
    assert (query.status, query.error_code) == (Status.FAILED, "no_provider")
