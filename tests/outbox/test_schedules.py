"""Who knows better when to try again says so: by a schedule, or with each refusal."""

import pytest
from django.utils import timezone

from outbox import delivery
from outbox.events import Later
from outbox.models import Delivery

pytestmark = pytest.mark.django_db


def seconds_left(waiting):
    waiting.refresh_from_db()
    return (waiting.due_at - timezone.now()).total_seconds()


@pytest.mark.parametrize(("failures", "least", "most"), [(0, 4, 5.5), (1, 99_999, 110_000)])
def test_a_schedule_of_its_own_is_kept(whisper, listener, failures, least, most):
    listener.fail_on["low"] = ConnectionError("unreachable")
    waiting = whisper("low")
    Delivery.objects.filter(pk=waiting.pk).update(failures=failures)

    delivery.deliver([(waiting.id, 0)])

    assert least < seconds_left(waiting) <= most


def test_after_the_last_of_a_schedule_it_is_given_up(whisper, listener):
    listener.fail_on["low"] = ConnectionError("unreachable")
    waiting = whisper("low")

    for attempts in range(3):
        delivery.deliver([(waiting.id, attempts)])

    waiting.refresh_from_db()
    assert (waiting.status, waiting.failures) == ("DEAD", 3)


@pytest.mark.parametrize(
    ("asked", "least", "most"), [(1, 4, 5.5), (600, 599, 600), (1e9, 86_399, 86_400)]
)
def test_a_wish_for_more_time_is_granted_up_to_a_day(whisper, listener, asked, least, most):
    listener.fail_on["low"] = Later("busy", seconds=asked)
    waiting = whisper("low")

    delivery.deliver([(waiting.id, 0)])

    assert least < seconds_left(waiting) <= most
    assert waiting.failures == 1


def test_what_was_not_even_tried_counts_for_nothing(whisper, listener):
    listener.fail_on["low"] = Later("another is talking", seconds=10, counted=False)
    waiting = whisper("low")

    for attempts in range(40):
        delivery.deliver([(waiting.id, attempts)])

    assert 9 < seconds_left(waiting) <= 11
    assert (waiting.status, waiting.failures) == ("WAITING", 0)
    assert waiting.attempts_allowed - waiting.attempts == 28


def test_a_wish_is_heard_without_a_schedule_too(ring, listener):
    listener.fail_on["low"] = Later("busy", seconds=50)
    (waiting,) = ring("low")

    delivery.deliver([(waiting.id, 0)])

    assert 49 < seconds_left(waiting) <= 50
