"""Messages from outside: failures are counted, dead ones noted once and told of."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.actor import SYSTEM
from outbox import messages, selectors
from outbox.models import Event, FailedMessage

pytestmark = pytest.mark.django_db
QUEUE = "approval-status"


def count(message_id="m-1", reason="ValueError: no"):
    return messages.count_failure(queue=QUEUE, message_id=message_id, reason=reason)


def bury(**reasons):
    return messages.bury(queue=QUEUE, reasons=reasons, actor=SYSTEM)


def test_failures_are_counted_for_each_message():
    assert [count(), count(), count("m-2"), count()] == [1, 2, 1, 3]


def test_a_long_reason_is_shortened():
    count(reason="x" * 300)

    assert FailedMessage.objects.get().reason == "x" * 256


def test_the_same_id_in_another_queue_is_another_message():
    count()

    assert messages.count_failure(queue="audit-trail", message_id="m-1", reason="") == 1


def test_a_dead_one_is_told_of_once():
    count("one")

    assert (bury(one="Too large."), bury(one="Too large.", two="Foreign.")) == (1, 1)
    told = Event.objects.filter(name="outbox.message_given_up").order_by("id")
    assert [(each.payload["message_id"], each.payload["reason"]) for each in told] == [
        ("one", "Too large."),
        ("two", "Foreign."),
    ]


def test_the_dead_among_several_are_known():
    count("alive")
    bury(one="Too large.")

    known = messages.buried(queue=QUEUE, message_ids=["alive", "one", "other"])

    assert known == {"one"}


def test_the_counts_are_by_queue_with_the_newest_reason():
    bury(one="Too large.")
    bury(two="Foreign.")
    messages.bury(queue="audit-trail", reasons={"three": "Not JSON."}, actor=SYSTEM)
    count("alive")

    rows = [(row.queue, row.count) for row in selectors.dead_messages()]

    assert rows == [("approval-status", 2), ("audit-trail", 1)]


def test_those_put_back_are_counted_no_more():
    bury(one="Too large.", two="Foreign.")

    messages.forget_redriven(queue=QUEUE, message_ids=["one"], actor=SYSTEM)

    assert FailedMessage.objects.get().message_id == "two"
    event = Event.objects.get(name="outbox.dead_messages_redriven")
    assert event.payload == {"queue": QUEUE, "message_ids": ["one"]}


def test_those_dropped_are_counted_no_more():
    bury(one="Too large.")

    messages.forget_dropped(queue=QUEUE, message_ids=["one"], actor=SYSTEM)

    assert not FailedMessage.objects.exists()
    assert Event.objects.filter(name="outbox.dead_messages_dropped").exists()


def test_rows_outlive_the_time_that_sqs_keeps_messages():
    count("old")
    count("new")
    FailedMessage.objects.filter(message_id="old").update(
        failed_at=timezone.now() - timedelta(days=15, minutes=1)
    )

    assert messages.prune() == 1
    assert FailedMessage.objects.get().message_id == "new"
