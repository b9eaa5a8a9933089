"""Changes of people's lists reach their topics on AWS IoT: in order, and without their words."""

import threading
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from django.db import connection, transaction

from core import aws
from notifications import services
from notifications.bridges import iot
from notifications.events import ListChanged
from notifications.models import Notification, Topic
from outbox.models import Delivery, Event
from tests.conftest import wait_until_someone_waits_for_a_lock
from tests.notifications.conftest import TITLE, assigned_to, new_task
from tests.notifications.iot import Topics


@pytest.fixture
def topics(settings, monkeypatch):
    settings.NOTIFICATIONS_IOT = True
    server = Topics()
    for name, value in (
        ("AWS_DEFAULT_REGION", "eu-west-2"),
        ("AWS_ACCESS_KEY_ID", "nobody"),
        ("AWS_SECRET_ACCESS_KEY", "nothing"),
        ("AWS_ENDPOINT_URL_IOT_DATA_PLANE", server.url),
    ):
        monkeypatch.setenv(name, value)
    aws.forget()
    yield server
    server.close()
    aws.forget()


def changed(*people):
    return ListChanged(person_ids=[str(person.pk) for person in people])


def test_a_new_notification_is_published_without_a_word_of_the_question(topics, told, asha):
    told(assigned_to(asha))

    row = Notification.objects.get()
    assert topics.of(asha) == [
        {
            "position": row.position,
            "id": row.pk,
            "kind": "TASK_ASSIGNED",
            "subject": "A question is waiting for your decision",
            "handled": False,
            "unread": 1,
        }
    ]
    assert TITLE not in str(topics.published)


def test_everybody_has_a_topic_of_their_own(topics, told, asha, ben):
    told(assigned_to(asha, ben))

    assert [len(topics.of(person)) for person in (asha, ben)] == [1, 1]


def test_several_come_in_the_order_of_their_positions(topics, told, asha):
    told(*(new_task(asha) for _ in range(5)))

    positions = [said["position"] for said in topics.of(asha)]
    assert positions == sorted(positions)
    assert len(positions) == 5


def test_what_is_handled_is_published_again(topics, told, asha, ben):
    task = str(uuid4())
    told(assigned_to(asha, task_id=task))
    row = Notification.objects.get()
    Notification.objects.update(handled="Done.", handled_at=row.told_at, position=row.position + 1)

    iot.publish([changed(asha)])

    last = topics.of(asha)[-1]
    assert (last["id"], last["handled"], last["unread"]) == (row.pk, True, 0)


def test_reading_one_publishes_how_many_are_unread(topics, told, deliver_all, asha):
    told(assigned_to(asha))

    services.mark_read(notification_id=Notification.objects.get().pk, person_id=asha.pk)
    deliver_all()

    assert topics.of(asha)[-1]["unread"] == 0


def test_the_same_event_again_publishes_no_change_twice(topics, told, asha):
    told(assigned_to(asha))

    iot.publish([changed(asha), changed(asha)])

    assert topics.of(asha)[1:] == [{"unread": 1}]


def test_what_is_more_than_one_portion_is_all_published(topics, told, asha, monkeypatch):
    told(assigned_to(asha))
    monkeypatch.setattr("notifications.selectors.topics.AT_ONCE", 2)

    told(*(new_task(asha) for _ in range(5)))

    assert {said["id"] for said in topics.of(asha) if "id" in said} == set(
        Notification.objects.values_list("pk", flat=True)
    )


def test_who_is_published_to_for_the_first_time_gets_the_newest(topics, told, settings, asha):
    settings.NOTIFICATIONS_IOT = False
    told(*(new_task(asha) for _ in range(55)))
    settings.NOTIFICATIONS_IOT = True

    iot.publish([changed(asha)])

    newest = Notification.objects.order_by("-position").values_list("pk", flat=True)[:50]
    assert [said["id"] for said in topics.of(asha)] == list(reversed(newest))


def test_one_topic_that_is_refused_keeps_no_other(topics, told, asha, ben):
    topics.refuses.add(f"notifications-{asha.pk}")

    told(assigned_to(asha, ben))

    assert len(topics.of(ben)) == 1
    late = Delivery.objects.get(subscriber="notifications.publish_to_topics")
    assert late.status == "WAITING"
    assert "Forbidden" in late.error


def test_what_was_refused_is_published_later(topics, told, asha):
    topics.refuses.add(f"notifications-{asha.pk}")
    told(assigned_to(asha))
    with pytest.raises(ClientError):
        iot.publish([changed(asha)])
    assert Topic.objects.get().position < Notification.objects.get().position

    topics.refuses.clear()
    iot.publish([changed(asha)])

    assert [said["id"] for said in topics.of(asha)] == [Notification.objects.get().pk]


def test_it_is_off_by_itself(told, asha):
    told(assigned_to(asha))

    assert not Event.objects.filter(name="notifications.list_changed").exists()


def test_what_is_left_over_once_it_is_switched_off_publishes_nothing(topics, settings, asha):
    settings.NOTIFICATIONS_IOT = False

    iot.publish([changed(asha)])

    assert topics.published == []
    assert not Topic.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_publish_to_one_topic_at_once(topics, asha):
    with transaction.atomic():
        Notification.objects.create(recipient=asha, event_id=uuid4(), kind="TASK_ASSIGNED")
    key = iot.lock_key(str(asha.pk))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [iot.LOCK, key])

    def work():
        iot.publish([changed(asha)])
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    wait_until_someone_waits_for_a_lock(30)
    before = list(topics.published)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [iot.LOCK, key])
    worker.join(30)

    assert before == []
    assert len(topics.of(asha)) == 1


def test_both_emulators_take_it(on_aws, settings, told, asha):
    settings.NOTIFICATIONS_IOT = True

    told(assigned_to(asha))

    assert Topic.objects.get().position == Notification.objects.get().position
