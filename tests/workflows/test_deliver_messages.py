import pytest
from django.db import connection

from core import queues
from outbox.models import Delivery
from tests.workflows.conftest import token_of
from workflows import services
from workflows.models import Message


@pytest.fixture
def received(monkeypatch):
    """Takes in every queue's messages, in place of the apps above."""
    monkeypatch.setattr(queues, "_handlers", {})
    taken = []

    @queues.handles("approval-assignments")
    def assignments(bodies):
        taken.extend((body, message_id) for message_id, body in bodies.items())

    return taken


def refuse(error):
    @queues.handles("approval-assignments")
    def assignments(bodies):
        raise error


@pytest.mark.usefixtures("started")
def test_the_handler_of_the_queue_gets_the_message(received, deliver_all):
    message = Message.objects.get()

    deliver_all()

    assert received == [(message.body, str(message.id))]


def test_the_body_is_gone_once_it_is_delivered(started, received, deliver_all):
    deliver_all()

    message = Message.objects.get()
    assert message.body is None
    assert message.delivered_at is not None


@pytest.mark.usefixtures("started")
def test_a_second_delivery_calls_nobody(received, deliver_all):
    deliver_all()
    Delivery.objects.filter(subscriber="workflows.deliver_messages").update(
        status="WAITING", finished_at=None
    )

    deliver_all()

    assert len(received) == 1


@pytest.mark.usefixtures("started")
def test_a_message_whose_handler_failed_is_kept(monkeypatch, deliver_all):
    monkeypatch.setattr(queues, "_handlers", {})
    refuse(RuntimeError("not now"))

    deliver_all()

    assert Message.objects.get().body["type"] == "assignment"
    assert Delivery.objects.get(subscriber="workflows.deliver_messages").status == "WAITING"


def test_one_that_fails_does_not_keep_the_others_from_their_handler(
    started, monkeypatch, deliver_all
):
    monkeypatch.setattr(queues, "_handlers", {})
    services.start_execution(name="approval-2", input=started.input | {"request_id": "r-2"})
    batches = []

    @queues.handles("approval-assignments")
    def assignments(bodies):
        batches.append([body["request_id"] for body in bodies.values()])
        if "r-2" in batches[-1]:
            raise RuntimeError("not now")

    deliver_all()

    assert batches == [["r-1", "r-2"], ["r-1"], ["r-2"]]
    kept = Message.objects.get(delivered_at=None)
    assert kept.body["request_id"] == "r-2"


@pytest.mark.usefixtures("started")
def test_a_queue_that_nobody_handles_is_given_up(monkeypatch, deliver_all):
    monkeypatch.setattr(queues, "_handlers", {})

    deliver_all()

    delivery = Delivery.objects.get(subscriber="workflows.deliver_messages")
    assert delivery.status == "DEAD"
    assert "approval-assignments" in delivery.error


def test_no_delivery_holds_the_task_token(started, received, deliver_all):
    token = token_of(started)

    deliver_all()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM outbox_delivery WHERE error LIKE %s", [f"%{token}%"])
        assert cursor.fetchone() == (0,)


def test_one_queue_has_one_handler(received):
    with pytest.raises(ValueError, match="approval-assignments"):
        refuse(RuntimeError())
