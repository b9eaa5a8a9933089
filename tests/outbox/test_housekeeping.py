from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from outbox import delivery, events, housekeeping, relay
from outbox.models import Delivery, Event
from tests.outbox.conftest import BEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def dead(ring):
    (waiting,) = ring("low")
    Delivery.objects.filter(pk=waiting.pk).update(
        status="DEAD", attempts=8, failures=8, error="unreachable", finished_at=timezone.now()
    )
    return waiting


def test_a_replayed_delivery_is_due_with_eight_more_attempts(dead):
    assert housekeeping.replay([dead.id], actor=BEN) == 1

    dead.refresh_from_db()
    assert (dead.status, dead.attempts, dead.attempts_allowed) == ("WAITING", 8, 36)
    assert (dead.failures, dead.id) == (0, next(due.id for due in relay.take_due()))


def test_a_replayed_delivery_is_delivered(dead, listener):
    housekeeping.replay([dead.id], actor=BEN)

    delivery.deliver([(dead.id, 8)])

    assert listener.heard == ["low"]


def test_a_replay_is_an_event_of_its_own(dead):
    housekeeping.replay([dead.id], actor=BEN)

    event = Event.objects.get(name="outbox.deliveries_replayed")
    assert (event.actor_id, event.payload) == ("ben", {"delivery_ids": [dead.id]})


def test_only_dead_deliveries_are_replayed(ring):
    (waiting,) = ring("low")

    assert housekeeping.replay([waiting.id], actor=BEN) == 0
    assert not Event.objects.filter(name="outbox.deliveries_replayed").exists()


def test_the_command_replays_every_dead_delivery(dead, capsys):
    call_command("replay_deliveries")

    assert capsys.readouterr().out == "1 deliveries wait for the relay again.\n"
    dead.refresh_from_db()
    assert dead.status == "WAITING"


def age(days):
    Delivery.objects.update(status="DONE", finished_at=timezone.now() - timedelta(days=days))
    Event.objects.update(occurred_at=timezone.now() - timedelta(days=days))


def test_settled_deliveries_go_after_a_week(ring):
    ring("low")
    age(days=8)

    assert housekeeping.prune() == (2, 0)


def test_settled_deliveries_stay_for_a_week(ring):
    ring("low")
    age(days=6)

    assert housekeeping.prune() == (0, 0)


def test_events_go_after_ninety_days(ring):
    ring("low")
    age(days=91)

    assert housekeeping.prune() == (2, 1)
    assert not Event.objects.exists()


def test_dead_letters_and_their_events_stay(ring):
    ring("low")
    age(days=91)
    Delivery.objects.update(status="DEAD")

    assert housekeeping.prune() == (0, 0)


def test_an_event_that_a_reader_has_yet_to_see_stays(ring, monkeypatch):
    ring("old", "new")
    age(days=91)
    second = Event.objects.latest("id")
    monkeypatch.setattr(events, "_log_readers", {"tests": lambda: second.id})

    assert housekeeping.prune() == (4, 1)
    assert Event.objects.get() == second
