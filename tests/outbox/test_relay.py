"""What the relay takes, and which deliveries travel together."""

import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from outbox import delivery, relay, tasks
from outbox.models import Delivery

pytestmark = pytest.mark.django_db


def heard_of(taken):
    return [(due.id, due.attempts) for due in taken if due.subscriber == "tests.hear"]


def test_the_relay_takes_only_what_is_due(ring):
    now, later = ring("now", "later")
    Delivery.objects.filter(pk=later.pk).update(due_at=timezone.now() + timedelta(seconds=60))

    assert heard_of(relay.take_due()) == [(now.id, 0)]


def test_what_the_relay_took_is_not_due_for_a_quarter_of_a_minute(ring):
    ring("low")
    relay.take_due()

    assert relay.take_due() == []
    due_in = Delivery.objects.first().due_at - timezone.now()
    assert 14 < due_in.total_seconds() <= 15


def test_a_lost_message_is_handed_over_again_and_still_delivers_once(ring, listener):
    ring("low")
    relay.take_due()
    Delivery.objects.update(due_at=timezone.now())

    again = heard_of(relay.take_due())
    delivery.deliver(again)
    delivery.deliver(again)

    assert listener.heard == ["low"]


def test_what_was_given_up_on_every_attempt_is_a_dead_letter(ring):
    (waiting,) = ring("low")
    Delivery.objects.filter(pk=waiting.pk).update(attempts=28)

    assert heard_of(relay.take_due()) == []
    assert relay.bury_worn_out() == 1
    waiting.refresh_from_db()
    assert waiting.status == "DEAD"
    assert waiting.error.startswith("The last attempt did not come back")


def test_kills_alone_do_not_bury_what_is_good(ring, listener):
    (waiting,) = ring("low")
    Delivery.objects.filter(pk=waiting.pk).update(attempts=27)

    delivery.deliver(heard_of(relay.take_due()))

    assert listener.heard == ["low"]


def test_deliveries_of_an_apps_batch_subscribers_travel_together(ring):
    ring(*"cegb")

    together, *alone = sorted(relay.portions(relay.take_due()), key=len_of, reverse=True)

    assert len_of(together) == 4
    assert [len_of(portion) for portion in alone] == [1, 1, 1, 1]


def len_of(portion):
    return len(portion.handed)


def test_two_subscribers_of_one_app_share_a_message():
    subscribers = ["approvals.start_workflows", "approvals.resume_workflows"]
    taken = [relay.Due(name, number, 0, False) for number, name in enumerate(subscribers)]

    assert list(relay.portions(taken)) == [relay.Portion("approvals", [(0, 0), (1, 0)])]


def test_two_apps_do_not_share_a_message():
    subscribers = ["approvals.start_workflows", "workflows.deliver_messages"]
    taken = [relay.Due(name, number, 0, False) for number, name in enumerate(subscribers)]

    assert [portion.queue for portion in relay.portions(taken)] == ["approvals", "workflows"]


def test_mails_wait_for_nobody_and_nobody_waits_for_them():
    subscribers = ["notifications.tell_of_outcome", "notifications.send_emails"]
    taken = [relay.Due(name, number, 0, False) for number, name in enumerate(subscribers)]

    assert [portion.handed for portion in relay.portions(taken)] == [[(0, 0)], [(1, 0)]]


def test_what_may_be_very_slow_has_a_queue_of_its_own():
    taken = [relay.Due("tests.hear_patiently", number, 0, False) for number in range(2)]

    assert list(relay.portions(taken)) == [
        relay.Portion("webhooks", [(0, 0)]),
        relay.Portion("webhooks", [(1, 0)]),
    ]


def test_what_a_worker_may_have_died_of_travels_alone():
    taken = [
        relay.Due("approvals.start_workflows", 1, 0, False),
        relay.Due("approvals.start_workflows", 2, 1, True),
        relay.Due("approvals.start_workflows", 3, 0, False),
    ]

    assert sorted(portion.handed for portion in relay.portions(taken)) == [
        [(1, 0), (3, 0)],
        [(2, 1)],
    ]


def test_a_message_carries_fifty_at_the_most():
    taken = [relay.Due("approvals.start_workflows", number, 0, False) for number in range(120)]

    assert [len_of(portion) for portion in relay.portions(taken)] == [50, 50, 20]


def test_two_dead_workers_make_a_suspect_and_two_failures_or_one_death_do_not(ring, listener):
    listener.fail_on["bad"] = ConnectionError("unreachable")
    lost, lost_twice, bad = ring("lost", "lost twice", "bad")
    delivery._claim([(lost.id, 0), (lost_twice.id, 0)])
    delivery._claim([(lost_twice.id, 1)])
    delivery.deliver([(bad.id, 0)])
    delivery.deliver([(bad.id, 1)])
    Delivery.objects.update(due_at=timezone.now())

    taken = {due.id: due.suspect for due in relay.take_due() if due.subscriber == "tests.hear"}

    assert taken == {lost.id: False, lost_twice.id: True, bad.id: False}


def test_a_few_messages_leave_at_once():
    pace = relay.Pace()

    pace.spend(relay.BURST)

    assert pace.seconds_to_wait() == 0


def test_under_load_messages_wait_to_be_shared_but_not_for_long():
    pace = relay.Pace()

    pace.spend(1000)

    assert pace.seconds_to_wait() == relay.LONGEST_GATHERING


def test_a_wish_to_stop_ends_a_wait_at_once():
    stop = relay.Stop()
    stop.ask()

    began = time.monotonic()
    stop.wait(30)

    assert time.monotonic() - began < 1
    assert stop.asked


@pytest.fixture
def broker(monkeypatch):
    """Celery's broker, which takes no message whose number (from 0) is in `refuses`."""
    sent = SimpleNamespace(taken=[], refuses=set(), asked=0)

    def apply_async(*, kwargs, **options):
        sent.asked += 1
        if sent.asked - 1 in sent.refuses:
            raise OSError("The broker does not answer.")
        sent.taken += kwargs["handed"]

    monkeypatch.setattr(tasks.deliver, "apply_async", apply_async)
    return sent


def test_a_message_that_the_broker_does_not_take_keeps_no_other(ring, broker):
    ring("low", "high")
    broker.refuses = {1}
    relay.hand_over()
    taken = len(broker.taken)

    relay.hand_over()

    due = Delivery.objects.filter(status="WAITING").count()
    assert 0 < taken < due
    assert len(broker.taken) == due
    assert len(set(broker.taken)) == due


def test_what_a_broker_that_is_away_did_not_take_is_due_at_once(ring, broker):
    ring("low", "high", "higher")
    broker.refuses = {0, 1}

    with pytest.raises(OSError, match="does not answer"):
        relay.hand_over()

    assert broker.asked == 2
    assert len(relay.take_due()) == Delivery.objects.filter(status="WAITING").count()


@pytest.fixture
def a_queue_for_two(monkeypatch):
    """Slow workers' queues hold two messages of a relay's."""
    monkeypatch.setattr(relay, "MOST_OUTSTANDING", 2)
    return relay.Outstanding()


def test_no_more_goes_to_slow_workers_than_they_can_take_in_time(whisper, broker, a_queue_for_two):
    whispered = [whisper(tone) for tone in ("low", "high", "higher")]

    relay.hand_over(a_queue_for_two)

    assert broker.taken == [(each.pk, 0) for each in whispered[:2]]
    assert Delivery.objects.get(pk=whispered[2].pk).status == "WAITING"


def test_what_slow_workers_took_makes_room_for_more(whisper, broker, a_queue_for_two):
    whispered = [whisper(tone) for tone in ("low", "high", "higher")]
    relay.hand_over(a_queue_for_two)
    delivery.deliver([(whispered[0].pk, 0)])
    Delivery.objects.filter(pk=whispered[2].pk).update(due_at=timezone.now())

    relay.hand_over(a_queue_for_two)

    assert broker.taken[2:] == [(whispered[2].pk, 0)]


def test_others_do_not_wait_for_room_with_the_slow(ring, whisper, broker, a_queue_for_two):
    for tone in ("low", "high", "higher"):
        whisper(tone)
    rung = ring("low")

    relay.hand_over(a_queue_for_two)

    assert (rung[0].pk, 0) in broker.taken
