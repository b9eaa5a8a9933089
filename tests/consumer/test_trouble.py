"""Trouble of the machinery delays messages, counts against none and loses none."""

import json
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from django.db import OperationalError, connection

from config import emulator as emulators
from config.consumer import working
from core import aws
from core.queues import NotYet
from outbox.models import FailedMessage
from tests.consumer.conftest import until
from tests.consumer.wire import Wire

THROTTLED = ClientError(
    {"Error": {"Code": "ThrottlingException", "Message": ""}}, "SendTaskSuccess"
)
TROUBLE = {
    "deadlock": OperationalError("deadlock detected"),
    "unreachable": EndpointConnectionError(endpoint_url="https://states.example"),
    "throttled": THROTTLED,
    "timeout": TimeoutError("timed out"),
    "too early": NotYet("AWS does not describe this execution yet."),
}


@pytest.fixture
def impatient(monkeypatch):
    """Messages come again at once."""
    monkeypatch.setattr(working, "TROUBLE_PAUSES", (0,))


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", TROUBLE)
def test_trouble_counts_against_nobody(letterbox, ear, consuming, kind):
    letterbox.say("unlucky")
    ear.answers["unlucky"] = TROUBLE[kind]

    with consuming():
        until(lambda: len(ear.heard) > 6)
        ear.answers.clear()
        until(lambda: letterbox.left() == 0)

    assert letterbox.dead_count() == 0
    assert not FailedMessage.objects.exists()


@pytest.mark.usefixtures("impatient")
def test_an_error_raised_from_trouble_is_trouble(letterbox, ear, consuming):
    letterbox.say("unlucky")
    error = RuntimeError("Could not ask.")
    error.__cause__ = THROTTLED
    ear.answers["unlucky"] = error

    with consuming():
        until(lambda: len(ear.heard) > 6)
        ear.answers.clear()
        until(lambda: letterbox.left() == 0)

    assert letterbox.dead_count() == 0


@pytest.mark.usefixtures("impatient")
def test_sqs_never_gives_up_a_message_for_trouble(letterbox, ear, consuming, queue):
    few = replace(queue, receives=3)
    attributes = letterbox.sqs.get_queue_attributes(
        QueueUrl=letterbox.url, AttributeNames=["RedrivePolicy"]
    )["Attributes"]
    policy = json.loads(attributes["RedrivePolicy"]) | {"maxReceiveCount": str(few.receives)}
    letterbox.sqs.set_queue_attributes(
        QueueUrl=letterbox.url, Attributes={"RedrivePolicy": json.dumps(policy)}
    )
    letterbox.say("unlucky")
    ear.answers["unlucky"] = TROUBLE["unreachable"]

    with consuming(few):
        until(lambda: len(ear.heard) > 8)
        ear.answers.clear()
        until(lambda: letterbox.left() == 0)

    assert letterbox.dead_count() == 0


@pytest.fixture
def read_only(transactional_db):
    """Let the database refuse all writes of new connections, as after a failover."""

    def switch(on):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            (name,) = cursor.fetchone()
            value = "on" if on else "off"
            cursor.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {value}")

    yield switch
    switch(False)


def test_a_database_that_takes_no_writes_is_waited_for(
    letterbox, ear, consuming, read_only, caplog
):
    read_only(True)
    letterbox.say("patient")
    ear.answers["patient"] = lambda: FailedMessage.objects.create(
        queue="tests", message_id="patient"
    )

    with caplog.at_level("INFO"), consuming():
        until(lambda: caplog.text.count("The database does not take writes") > 2)
        read_only(False)
        until(lambda: letterbox.left() == 0)

    assert FailedMessage.objects.get().message_id == "patient"
    assert "received 1 times" in caplog.text
    assert letterbox.dead_count() == 0


def test_poison_waits_for_the_database_too(letterbox, consuming, read_only, caplog):
    read_only(True)
    letterbox.send("[]")

    with consuming():
        until(lambda: "Could not bury" in caplog.text)
        read_only(False)
        until(lambda: letterbox.left() == 0)

    assert FailedMessage.objects.dead().count() == 1
    assert [said["Reason"] for _, said in letterbox.dead()] == ["Not a JSON object but an array."]


@pytest.fixture
def wire(on_aws, settings, monkeypatch):
    """Everything that goes to SQS from here goes through it."""
    wire = Wire(on_aws.port)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{wire.port}")
    settings.QUEUE_URL_BASE = f"http://127.0.0.1:{wire.port}/{emulators.ACCOUNT}/"
    aws.forget()
    yield wire
    wire.close()


def test_an_sqs_that_is_away_is_waited_for(letterbox, ear, consuming, wire):
    with consuming():
        letterbox.say("before")
        until(lambda: letterbox.left() == 0)
        wire.cut()
        letterbox.say("meanwhile")
        until(lambda: letterbox.left() == 1)
        wire.mend()
        until(lambda: letterbox.left() == 0)

    assert ear.heard == ["before", "meanwhile"]


def test_what_could_not_be_deleted_comes_again(letterbox, ear, consuming, wire):
    ear.answers["cut off"] = wire.cut
    letterbox.say("cut off")

    with consuming():
        until(lambda: ear.heard == ["cut off"])
        ear.answers.clear()
        wire.mend()
        until(lambda: letterbox.left() == 0)

    assert set(ear.heard) == {"cut off"}
    assert letterbox.dead_count() == 0
