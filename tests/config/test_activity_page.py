from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from core.actor import SYSTEM
from outbox import messages, selectors
from outbox.events import DomainEvent
from outbox.models import Delivery, Event
from outbox.publishing import publish
from workflows import services as workflows


class Happened(DomainEvent):
    name = "tests.happened"


@pytest.fixture
def event(db):
    with transaction.atomic():
        return Event.objects.get(uuid=publish(Happened(), actor=SYSTEM))


def deliver(event, subscriber="tests.listener", **fields):
    return Delivery.objects.create(event=event, subscriber=subscriber, **fields)


def dead(event, subscriber="tests.listener"):
    return deliver(event, subscriber, status="DEAD", attempts=8, error="The mail server is away.")


def start(name):
    workflows.start_execution(
        name=name,
        input={
            "request_id": "1",
            "stage": 0,
            "last_stage": 0,
            "round": 0,
            "timeouts": [60],
            "revision_timeout": 60,
        },
    )


@pytest.mark.parametrize(
    ("who", "status"),
    [("admin_person", 200), ("vera", 200), ("asha", 403), ("ben", 403), ("cleo", 403)],
)
@pytest.mark.parametrize("place", ["/activity/", "/activity/now/"])
def test_who_may_look(client, request, who, status, place):
    client.force_login(request.getfixturevalue(who))

    assert client.get(place).status_code == status


def test_a_stranger_is_asked_to_sign_in(client, db):
    assert client.get("/activity/")["Location"] == "/sign-in/?next=/activity/"


def test_a_quiet_system_says_so(client, vera):
    client.force_login(vera)

    text = client.get("/activity/").content.decode()

    assert "Nothing was given up" in text
    assert "No workflow has run yet" in text


def test_a_dead_letter_is_shown_with_its_reason(client, vera, event):
    dead(event)
    client.force_login(vera)

    text = client.get("/activity/").content.decode()

    assert "The mail server is away." in text
    assert "tests.listener" in text


def test_messages_set_aside_are_counted_by_queue(client, vera):
    reasons = {"m-1": "Too large.", "m-2": "Not <JSON>."}
    for key, reason in reasons.items():
        messages.bury(queue="approval-status", reasons={key: reason}, actor=SYSTEM)
    client.force_login(vera)

    text = client.get("/activity/").content.decode()

    assert "Messages set aside" in text
    assert "<td>approval-status</td>" in text
    assert "Not &lt;JSON&gt;." in text


def test_no_message_set_aside_is_not_mentioned(client, vera):
    client.force_login(vera)

    assert "Messages set aside" not in client.get("/activity/").content.decode()


def test_an_auditor_sees_no_replay(client, vera, event):
    dead(event)
    client.force_login(vera)

    assert "Replay" not in client.get("/activity/").content.decode()


@pytest.mark.parametrize("who", ["vera", "asha", "ben", "cleo"])
def test_only_administrators_replay(client, request, event, who):
    delivery = dead(event)
    client.force_login(request.getfixturevalue(who))

    assert client.post("/activity/replay/", {"delivery": delivery.pk}).status_code == 403
    delivery.refresh_from_db()
    assert delivery.status == "DEAD"


def test_an_administrator_replays_one(client, admin_person, event):
    one, other = dead(event), dead(event, "tests.other")
    client.force_login(admin_person)

    response = client.post("/activity/replay/", {"delivery": one.pk}, follow=True)

    assert "1 delivery waits for the relay again." in response.content.decode()
    assert set(Delivery.objects.values_list("pk", "status")) == {
        (one.pk, "WAITING"),
        (other.pk, "DEAD"),
    }


@pytest.mark.parametrize("given", [[], ["x"], ["-1"], ["999999999"], "9" * 30, "9" * 5000])
def test_replaying_nothing_is_said_kindly(client, admin_person, given):
    client.force_login(admin_person)

    response = client.post("/activity/replay/", {"delivery": given}, follow=True)

    assert "There was nothing to replay" in response.content.decode()


def test_the_numbers_alone_are_a_fragment(client, vera):
    client.force_login(vera)

    text = client.get("/activity/now/").content.decode()

    assert text.startswith('<div id="now"')
    assert "<html" not in text


def test_a_running_workflow_is_listed(client, vera):
    start("request-1")
    client.force_login(vera)

    text = client.get("/activity/").content.decode()

    assert "request-1" in text
    assert "AssignToAssessor" in text


def test_the_backlog_counts_what_waits_and_what_is_late(event):
    now = timezone.now()
    deliver(event, "a", due_at=now - timedelta(minutes=5))
    deliver(event, "b", due_at=now + timedelta(minutes=5))
    deliver(event, "c", status="DONE")
    dead(event, "d")

    backlog = selectors.backlog()

    assert (backlog.waiting, backlog.late, backlog.dead) == (2, 1, 1)
    assert backlog.oldest_due_at == now - timedelta(minutes=5)


def test_nothing_due_has_no_oldest(db):
    assert selectors.backlog() == selectors.Backlog(waiting=0, late=0, dead=0, oldest_due_at=None)


def test_subscribers_are_told_apart(event):
    deliver(event, "a", status="DONE", finished_at=timezone.now())
    dead(event, "b")

    rows = selectors.by_subscriber()

    assert [(row.subscriber, row.done, row.waiting, row.dead) for row in rows] == [
        ("a", 1, 0, 0),
        ("b", 0, 0, 1),
    ]


def test_the_page_takes_few_queries(client, vera, event, django_assert_max_num_queries):
    for number in range(20):
        dead(event, f"tests.{number}")
        start(f"request-{uuid4()}")
    client.force_login(vera)

    with django_assert_max_num_queries(15):
        client.get("/activity/")
