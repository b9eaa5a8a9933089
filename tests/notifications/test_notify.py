"""The right person is told, once, and can see why."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from approvals.events import RequestCancelled, TaskExpired
from core.correlation import correlated
from notifications import subscribers
from notifications.models import Notification
from outbox.models import Delivery, Event
from tests.notifications.conftest import (
    CHANGES,
    CLOSED,
    QUESTION,
    REASSIGNED,
    REQUEST,
    TASK,
    TITLE,
    assigned_to,
    heard,
    new_task,
)

pytestmark = pytest.mark.django_db


def only_of(person):
    return Notification.objects.get(recipient=person)


def test_the_assessor_is_told_of_an_assignment(told, asha):
    (event_id,) = told(assigned_to(asha))

    notification = only_of(asha)
    assert notification.event_id == event_id
    assert notification.kind == "TASK_ASSIGNED"
    assert notification.title == f"Please decide: {TITLE}"
    assert notification.body == "Due 24 November 2026, 10:30 UTC."
    assert notification.reason == "You get this because you are asked to decide this question."
    assert notification.url == f"/tasks/{TASK}/"
    assert notification.read_at is None


def test_every_member_of_the_group_is_told_which_group(told, asha, ada):
    told(assigned_to(asha, ada, group="Physics panel"))

    reasons = set(Notification.objects.values_list("reason", flat=True))
    assert Notification.objects.count() == 2
    assert reasons == {
        "You get this because the group Physics panel is asked to decide this question."
    }


def test_whoever_gets_a_place_is_told_who_gave_it(told, asha, ada, ben):
    event = replace(REASSIGNED, from_assessor_id=str(asha.id), to_assessor_id=str(ada.id))

    told(event, actor=ben.as_actor())

    assert only_of(ada).kind == "TASK_PASSED_ON"
    assert only_of(ada).reason == "You get this because Ben Novak gave you this task."
    assert not Notification.objects.filter(recipient=asha).exists()


def test_whoever_passes_a_task_on_is_not_told_of_it(told, asha, ada):
    event = replace(REASSIGNED, from_assessor_id=str(asha.id), to_assessor_id=str(ada.id))

    told(event, actor=asha.as_actor())

    assert list(Notification.objects.values_list("recipient_id", flat=True)) == [ada.id]


def test_the_requester_is_told_of_wanted_changes(told, ben):
    told(replace(CHANGES, requester_id=str(ben.id)))

    assert only_of(ben).title == f"Changes requested: {TITLE}"
    assert only_of(ben).url == f"/requests/{REQUEST}/"


@pytest.mark.parametrize(
    ("status", "title", "body"),
    [
        ("APPROVED", "Approved", "Your question was approved."),
        ("REJECTED", "Rejected", "Your question was rejected."),
        ("EXPIRED", "Not decided in time", "Nobody decided your question in time."),
        (
            "FAILED",
            "Not carried out",
            "The workflow ended by a fault. An administrator can see why.",
        ),
    ],
)
def test_the_requester_is_told_of_the_outcome(told, ben, status, title, body):
    told(replace(CLOSED, requester_id=str(ben.id), status=status))

    assert only_of(ben).title == f"{title}: {TITLE}"
    assert only_of(ben).body == body


def test_what_told_of_a_task_withdraws_when_its_time_is_up(told, asha, ben):
    told(assigned_to(asha))

    told(
        TaskExpired(
            task_id=TASK,
            request_id=REQUEST,
            question_title=TITLE,
            requester_id=str(ben.id),
            assessor_ids=[str(asha.id)],
        )
    )

    assert only_of(asha).handled == "The time to decide ran out."
    assert not Notification.objects.filter(recipient=ben).exists()


def cancelled(asha, ben):
    return RequestCancelled(
        request_id=REQUEST,
        question_id=QUESTION,
        question_title=TITLE,
        requester_id=str(ben.id),
        assessor_ids=[str(asha.id)],
        task_ids=[TASK],
    )


def test_a_requester_who_withdraws_is_not_told_but_the_assessors_see_it(told, asha, ben):
    told(assigned_to(asha))

    told(cancelled(asha, ben), actor=ben.as_actor())

    assert only_of(asha).handled == "Ben Novak withdrew the request."
    assert not Notification.objects.filter(recipient=ben).exists()


def test_what_settled_a_task_first_is_said_whichever_arrives_first(asha, ada, ben):
    now = timezone.now()
    passed_on = replace(REASSIGNED, from_assessor_id=str(asha.id), to_assessor_id=str(ada.id))
    subscribers.tell_of_assignment([heard(assigned_to(asha), at=now)])

    later, sooner = now + timedelta(minutes=2), now + timedelta(minutes=1)
    withdrawn = heard(cancelled(asha, ben), at=later, actor=ben.as_actor())
    subscribers.tell_of_withdrawal([withdrawn])
    passed = heard(passed_on, at=sooner, actor=asha.as_actor())
    subscribers.tell_of_reassignment([passed])

    assert only_of(asha).handled == "You gave it to another assessor."


def test_a_requester_is_told_when_somebody_else_withdraws(told, asha, ben, admin_person):
    told(cancelled(asha, ben), actor=admin_person.as_actor())

    assert only_of(ben).body == "Admin Admin withdrew your request."


def test_an_assessor_who_assigned_the_task_to_herself_is_not_told(told, asha, ada):
    told(assigned_to(asha, ada), actor=asha.as_actor())

    assert list(Notification.objects.values_list("recipient_id", flat=True)) == [ada.id]


def test_nobody_who_left_is_told(told, asha, ada):
    asha.is_active = False
    asha.save(update_fields=["is_active"])

    told(assigned_to(asha, ada))

    assert list(Notification.objects.values_list("recipient_id", flat=True)) == [ada.id]


def test_somebody_who_never_was_does_not_keep_others_from_being_told(told, asha):
    told(replace(assigned_to(asha), assessor_ids=[str(uuid4()), str(asha.id)]))

    assert Notification.objects.count() == 1


def test_a_person_named_twice_is_told_once(told, asha):
    told(assigned_to(asha, asha))

    assert Notification.objects.count() == 1


def test_a_long_title_is_cut(told, asha):
    told(assigned_to(asha, question_title="x" * 300))

    assert len(only_of(asha).title) == 255


def test_deliveries_repeated_and_shuffled_leave_one_row_and_one_mail(told, asha, ada, mailoutbox):
    told(*[new_task(asha, ada) for _ in range(3)])

    for subscriber in ("notifications.send_emails", "notifications.tell_of_assignment") * 2:
        Delivery.objects.filter(subscriber=subscriber).update(status="WAITING", due_at=Now())
        told()

    assert Notification.objects.count() == 6
    assert len(mailoutbox) == 6
    assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == 6


def test_the_mail_belongs_to_the_request_that_set_it_off(told, asha):
    with correlated("request-0001"):
        told(assigned_to(asha))

    assert set(Event.objects.values_list("correlation_id", flat=True)) == {"request-0001"}


def test_each_mail_of_a_batch_belongs_to_its_own_request(asha):
    pairs = [heard(new_task(asha), request=f"request-000{number}") for number in (1, 2)]

    subscribers.tell_of_assignment(pairs)

    due = Event.objects.filter(name="notifications.email_due").order_by("id")
    assert [event.correlation_id for event in due] == ["request-0001", "request-0002"]


def test_a_hundred_events_cost_a_handful_of_statements(asha, ada, django_assert_max_num_queries):
    pairs = [heard(new_task(asha, ada)) for _ in range(100)]

    with django_assert_max_num_queries(21):
        subscribers.tell_of_assignment(pairs)

    assert Notification.objects.count() == 200


@pytest.mark.django_db(transaction=True)
def test_positions_become_visible_in_order(told, asha):
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x6E6F7465])
        cursor.execute("SET LOCAL lock_timeout = '5s'")
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    try:
        told(assigned_to(asha))

        assert not Notification.objects.exists()
    finally:
        other.rollback()
        other.close()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
