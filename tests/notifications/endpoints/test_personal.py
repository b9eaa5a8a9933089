"""People's own endpoints get what they are told, and nothing of what was withdrawn."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.utils import timezone

from approvals.events import TaskDecided
from core.actor import Actor
from notifications.events import DigestDue
from notifications.kinds import Because, Channel, Kind, Mode
from notifications.models import (
    Attempt,
    Delivery,
    Digest,
    Endpoint,
    Notification,
    Preference,
    Trace,
)
from notifications.selectors import reach
from outbox.models import Event
from tests.notifications.conftest import (
    QUESTION,
    REQUEST,
    TASK,
    TITLE,
    assigned_to,
    happen,
    new_task,
)
from tests.notifications.endpoints.conftest import CLOSED, NOBODY, messages, now_due, said

pytestmark = pytest.mark.django_db


def deliveries(channel=Channel.WEBHOOK):
    return list(Delivery.objects.filter(channel=channel).order_by("pk"))


def decided_by(person):
    return TaskDecided(
        task_id=TASK,
        request_id=REQUEST,
        question_id=QUESTION,
        question_title=TITLE,
        requester_id=NOBODY,
        assessor_id=str(person.pk),
        verdict="APPROVED",
        outcome="APPROVED",
        digest="",
    )


def test_a_notification_goes_to_its_recipients_program(taker, endpoint_of, told, asha):
    endpoint_of(asha)
    told(assigned_to(asha))

    notification = Notification.objects.get()
    (body,) = said(taker)
    assert body["type"] == "notification.task_assigned"
    assert body["data"] == {
        "notification_id": notification.pk,
        "kind": "TASK_ASSIGNED",
        "subject": "A question is waiting for your decision",
        "body": notification.body,
        "reason": notification.reason,
        "action": "Open the question",
        "url": f"http://127.0.0.1:8000/tasks/{TASK}/",
        "due_at": "2026-11-24T10:30:00Z",
    }
    (delivery,) = deliveries()
    assert (delivery.status, delivery.answer) == ("SENT", "")
    assert delivery.sent_at is not None


def test_no_word_of_the_question_goes_out(taker, endpoint_of, told, asha):
    endpoint_of(asha)
    endpoint_of(asha, dialect="SLACK")
    endpoint_of(asha, dialect="TEAMS")
    endpoint_of(asha, dialect="GOOGLE_CHAT")
    told(assigned_to(asha))

    assert len(taker.got) == 4
    assert all(b"gas" not in body and b"Physics" not in body for _, body in taker.got)


def test_others_hear_nothing_of_it(taker, endpoint_of, told, asha, ada):
    endpoint_of(ada)
    told(assigned_to(asha))

    assert taker.got == []
    assert deliveries() == []


def test_a_chat_gets_what_chat_is_for(taker, endpoint_of, told, asha):
    endpoint_of(asha, dialect="SLACK")
    told(assigned_to(asha))

    (body,) = said(taker)
    assert body["text"] == "A question is waiting for your decision"
    ((headers, _),) = taker.got
    assert "webhook-signature" not in headers
    assert [each.status for each in deliveries(Channel.CHAT)] == ["SENT"]
    assert deliveries() == []


def test_a_kind_that_the_person_switched_off_is_not_sent(taker, endpoint_of, told, asha):
    endpoint_of(asha)
    Preference.objects.create(
        person=asha, kind=Kind.TASK_ASSIGNED, channel=Channel.WEBHOOK, mode=Mode.OFF
    )
    told(assigned_to(asha))

    assert taker.got == []


def test_a_kind_that_the_endpoint_leaves_out_is_withdrawn(taker, endpoint_of, told, asha):
    endpoint_of(asha, kinds=["REQUEST_CLOSED"])
    told(assigned_to(asha))

    assert taker.got == []
    (delivery,) = deliveries()
    assert (delivery.status, delivery.answer) == ("CANCELLED", "None of your endpoints takes it.")


def test_what_was_decided_before_it_went_out_is_withdrawn(
    taker, endpoint_of, told, deliver_all, asha, ada
):
    endpoint_of(asha)
    taker.answers = [(500,)]
    told(assigned_to(asha))
    happen(decided_by(ada), actor=Actor(id=str(ada.pk), label="Ada Okafor"))
    deliver_all()
    now_due(deliver_all)

    assert len(taker.got) == 1
    (message,) = messages()
    (delivery,) = deliveries()
    assert (message.status, message.answer) == ("CANCELLED", "Ada Okafor approved it.")
    assert (delivery.status, delivery.answer) == ("CANCELLED", "Ada Okafor approved it.")


def test_every_try_is_one_of_the_deliverys_too(taker, endpoint_of, told, deliver_all, asha):
    endpoint_of(asha)
    taker.answers = [(500,)]
    told(assigned_to(asha))
    now_due(deliver_all)

    (delivery,) = deliveries()
    tries = Attempt.objects.filter(delivery=delivery).order_by("began_at")
    assert [each.succeeded for each in tries] == [False, True]


def test_what_is_given_up_fails_with_an_event(taker, endpoint_of, told, asha):
    endpoint_of(asha)
    taker.answers = [(410,)]
    told(assigned_to(asha))

    (delivery,) = deliveries()
    assert (delivery.status, delivery.answer) == ("FAILED", "The answer was 410.")
    (failed,) = Event.objects.filter(name="notifications.delivery_failed")
    assert failed.payload["delivery_id"] == delivery.pk


def test_it_has_not_failed_while_another_endpoint_may_take_it(
    taker, endpoint_of, told, deliver_all, asha
):
    endpoint_of(asha)
    endpoint_of(asha, name="Second")
    taker.answers = [(410,), (500,)]
    told(assigned_to(asha))

    assert deliveries()[0].status == "PENDING"
    now_due(deliver_all)
    assert deliveries()[0].status == "SENT"


def test_the_owner_is_told_when_it_is_switched_off(taker, endpoint_of, told, asha, admin_person):
    endpoint_of(asha)
    taker.answers = [(410,)]
    told(assigned_to(asha))

    (notice,) = Notification.objects.filter(kind=Kind.CHANNEL_FAILED)
    assert notice.recipient_id == asha.pk
    assert notice.reason == "You get this because it is yours."


def test_then_the_channel_counts_as_broken(taker, endpoint_of, told, asha):
    endpoint_of(asha)
    taker.answers = [(410,)]
    told(assigned_to(asha))
    told(new_task(asha))

    latest = Trace.objects.filter(kind=Kind.TASK_ASSIGNED).latest("id")
    (webhook,) = [each for each in latest.channels if each["channel"] == "WEBHOOK"]
    assert webhook["outcome"] == "DROP"
    assert Because.BROKEN in webhook["because"]
    assert len(taker.got) == 1


def test_who_has_no_endpoint_has_no_such_channel(asha, ada, endpoint_of):
    endpoint_of(asha)
    endpoint_of(asha, dialect="TEAMS")
    people = [str(asha.pk), str(ada.pk)]

    found = {person: each.channels for person, each in reach.reach_of(people).items()}

    assert found[str(asha.pk)] == frozenset(Channel)
    assert found[str(ada.pk)] == {Channel.IN_APP, Channel.EMAIL}


def test_one_switched_off_by_its_owner_is_no_broken_channel(asha, endpoint_of):
    endpoint_of(asha)
    Endpoint.objects.update(status="DISABLED")

    person = str(asha.pk)
    assert Channel.WEBHOOK not in reach.reach_of([person])[person].channels
    assert Channel.WEBHOOK not in reach.reach_of([person])[person].broken


def test_a_digest_is_one_message_with_the_most_pressing_first(taker, endpoint_of, told, asha):
    endpoint_of(asha, dialect="STANDARD")
    digest = held_in_a_digest(asha, told, Channel.WEBHOOK, number=3)

    told(DigestDue(digest_id=digest.pk, recipient_id=str(asha.pk), channel=Channel.WEBHOOK))

    (body,) = said(taker)
    assert body["type"] == "notification.digest"
    assert body["data"]["subject"] == "3 notifications"
    dues = [each["due_at"] for each in body["data"]["notifications"]]
    assert dues == sorted(dues)
    assert {each.status for each in deliveries()} == {"SENT"}


def held_in_a_digest(person, told, channel, *, number):
    Endpoint.objects.update(status="DISABLED")
    dues = [f"2026-11-2{9 - place}T10:00:00+00:00" for place in range(number)]
    told(*(new_task(person, due_at=due) for due in dues))
    Endpoint.objects.update(status="ACTIVE")
    digest = Digest.objects.create(recipient=person, channel=channel, due_at=timezone.now())
    for told_of in Notification.objects.of(person.pk):
        Delivery.objects.create(
            notification=told_of,
            recipient=person,
            event_id=told_of.event_id,
            channel=channel,
            digest=digest,
            released_at=timezone.now(),
        )
    return digest


def test_a_digest_in_chat_writes_out_the_first_and_counts_the_rest(taker, endpoint_of, told, asha):
    endpoint_of(asha, dialect="SLACK")
    digest = held_in_a_digest(asha, told, Channel.CHAT, number=5)
    Delivery.objects.filter(pk=deliveries(Channel.CHAT)[0].pk).update(status="CANCELLED")

    told(DigestDue(digest_id=digest.pk, recipient_id=str(asha.pk), channel=Channel.CHAT))

    (body,) = said(taker)
    assert body["text"] == "4 notifications"
    assert len([each for each in body["blocks"] if each["type"] == "section"]) == 4


def test_a_digest_by_mail_is_not_ours(taker, endpoint_of, told, asha):
    endpoint_of(asha)
    digest = held_in_a_digest(asha, told, Channel.WEBHOOK, number=1)

    told(DigestDue(digest_id=digest.pk, recipient_id=str(asha.pk), channel=Channel.EMAIL))

    assert taker.got == []


def test_who_left_gets_nothing_more(taker, endpoint_of, told, deliver_all, asha):
    endpoint_of(asha)
    taker.answers = [(500,)]
    told(assigned_to(asha))
    asha.is_active = False
    asha.save()
    now_due(deliver_all)

    assert len(taker.got) == 1
    assert messages()[0].status == "CANCELLED"


def test_three_copies_in_any_order_make_one_message(taker, endpoint_of, told, deliver_all, asha):
    endpoint_of(asha)
    told(assigned_to(asha))
    for _ in range(2):
        for event in Event.objects.order_by("-id"):
            event.deliveries.update(status="WAITING", attempts=0)
        deliver_all()

    assert len(taker.got) == 1
    assert Notification.objects.count() == 1


def test_an_outcome_goes_to_the_requester(taker, endpoint_of, told, ben):
    endpoint_of(ben)
    told(replace(CLOSED, requester_id=str(ben.pk)))

    assert [each["type"] for each in said(taker)] == ["notification.request_closed"]
    assert UUID(messages()[0].public_id.removeprefix("msg_"))
