"""Leaving a provider alone, as all workers see it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from aiqueries.kinds import Trouble
from aiqueries.models import Circuit
from aiqueries.routes import Route
from aiqueries.services.circuits import (
    may_call,
    note_success,
    note_trouble,
    seconds_left_alone,
)

pytestmark = pytest.mark.django_db

ROUTE = Route("openai", "gpt-tiny")
OTHER = Route("openai", "gpt-large")


def fail(times=5, trouble=Trouble.TRANSIENT, **said):
    for _ in range(times):
        note_trouble(ROUTE, trouble, **said)


def let_the_pause_pass():
    Circuit.objects.update(until=timezone.now() - timedelta(seconds=1))


def test_a_route_that_nobody_knows_may_be_called():
    assert may_call(ROUTE)
    assert not Circuit.objects.exists()


def test_five_failures_in_a_row_close_the_way():
    fail(4)
    assert may_call(ROUTE)

    fail(1)

    assert not may_call(ROUTE)
    assert may_call(OTHER)


def test_an_answer_in_between_starts_the_count_anew():
    fail(4)
    note_success(ROUTE)
    fail(4)

    assert may_call(ROUTE)


@pytest.mark.parametrize("trouble", [Trouble.REFUSED, Trouble.BAD_REQUEST, Trouble.CANCELLED])
def test_what_is_not_its_fault_is_not_counted(trouble):
    fail(20, trouble)

    assert may_call(ROUTE)


@pytest.mark.parametrize(
    "trouble",
    sorted(set(Trouble) - {Trouble.REFUSED, Trouble.BAD_REQUEST, Trouble.CANCELLED}),
)
def test_what_is_its_fault_is_counted(trouble):
    fail(5, trouble)

    assert not may_call(ROUTE)


def test_after_the_pause_one_call_goes_out():
    fail()
    let_the_pause_pass()

    assert [may_call(ROUTE, by=f"call-{n}") for n in range(3)] == [True, False, False]
    assert Circuit.objects.get().probe == "call-0"


def test_it_is_known_when_to_ask_again():
    assert seconds_left_alone(ROUTE) == 0

    fail()
    assert 9 < seconds_left_alone(ROUTE) <= 10

    let_the_pause_pass()
    assert seconds_left_alone(ROUTE) == 0

    may_call(ROUTE, by="probe")
    assert seconds_left_alone(ROUTE) == 5


def test_a_probe_that_succeeds_opens_the_way():
    fail()
    let_the_pause_pass()
    may_call(ROUTE, by="probe")

    note_success(ROUTE)

    assert all(may_call(ROUTE) for _ in range(3))
    assert Circuit.objects.values_list("failures", "until", "probe").get() == (0, None, "")


def test_a_probe_that_fails_closes_it_for_longer():
    fail()
    first = Circuit.objects.get()
    let_the_pause_pass()
    may_call(ROUTE, by="probe")

    fail(1, by="probe")

    again = Circuit.objects.get()
    assert not may_call(ROUTE)
    assert again.opened_at == first.opened_at
    assert again.until - timezone.now() > timedelta(seconds=19)


def test_a_probe_that_is_cancelled_makes_room_for_another():
    fail()
    let_the_pause_pass()
    may_call(ROUTE, by="probe")

    note_trouble(ROUTE, Trouble.CANCELLED, by="another")
    assert not may_call(ROUTE, by="next")
    note_trouble(ROUTE, Trouble.CANCELLED, by="probe")

    assert may_call(ROUTE, by="next")


def test_a_probe_whose_worker_died_makes_room_in_time():
    fail()
    let_the_pause_pass()
    may_call(ROUTE, by="dead")
    Circuit.objects.update(probe_until=timezone.now())

    assert may_call(ROUTE, by="next")


def test_a_route_that_is_well_costs_a_look_at_one_row(django_assert_num_queries):
    fail(1)

    with django_assert_num_queries(1):
        may_call(ROUTE)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_at_once_one_is_the_probe():
    fail()
    let_the_pause_pass()

    def ask(number):
        try:
            return may_call(ROUTE, by=f"call-{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(ask, range(40)))

    assert asked.count(True) == 1


@pytest.mark.django_db(transaction=True)
def test_failures_at_once_are_all_counted():
    def one(_):
        try:
            fail(1)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(24)))

    assert Circuit.objects.get().failures == 24
