"""People see why messages were set aside, put them back, or drop them."""

import pytest
from django.core.management import CommandError, call_command

from core.actor import SYSTEM
from outbox import messages
from outbox.models import Event, FailedMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(capsys):
    def command(*words):
        call_command("dead_letters", *words)
        return capsys.readouterr().out.splitlines()

    return command


@pytest.fixture
def dead(letterbox):
    """Two dead letters, as a consumer leaves them."""
    for key, reason in (("one", "Too large."), ("two", "Not JSON.")):
        letterbox.sqs.send_message(
            QueueUrl=letterbox.dead_url,
            MessageBody=f"body of {key}",
            MessageAttributes={
                "Reason": {"DataType": "String", "StringValue": reason},
                "MessageId": {"DataType": "String", "StringValue": key},
            },
        )
        messages.bury(queue="approval-status", reasons={key: reason}, actor=SYSTEM)
    return letterbox


def bodies(letterbox, url):
    found = letterbox.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return sorted(each["Body"] for each in found.get("Messages", []))


def test_they_are_listed_with_their_reasons_and_without_their_bodies(dead, run):
    *lines, last = run("list")

    assert [(line.split()[0], line.split()[1]) for line in lines] == [
        ("one", "approval-status"),
        ("two", "approval-status"),
    ]
    assert [line.rpartition("  ")[2] for line in lines] == ["Too large.", "Not JSON."]
    assert last == "2 messages set aside."
    assert "body" not in "".join(lines)


def test_listing_leaves_them_where_they_are(dead, run):
    run("list")

    assert bodies(dead, dead.dead_url) == ["body of one", "body of two"]


def test_one_that_sqs_itself_gave_up_says_so(letterbox, run):
    letterbox.sqs.send_message(QueueUrl=letterbox.dead_url, MessageBody="{}")

    line, _ = run("list")

    assert line.endswith(
        "Received too often: whoever had it was killed, or never came to an end with it."
    )


def test_one_is_put_back(dead, run):
    assert run("redrive", "two") == ["1 message put back."]

    assert bodies(dead, dead.url) == ["body of two"]
    assert bodies(dead, dead.dead_url) == ["body of one"]
    assert FailedMessage.objects.get().message_id == "one"
    told = Event.objects.get(name="outbox.dead_messages_redriven")
    assert told.payload == {"queue": "approval-status", "message_ids": ["two"]}


def test_all_are_put_back(dead, run):
    assert run("redrive", "--all") == ["2 messages put back."]

    assert bodies(dead, dead.url) == ["body of one", "body of two"]
    assert not FailedMessage.objects.exists()


def test_one_is_dropped(dead, run):
    assert run("drop", "one") == ["1 message dropped."]

    assert bodies(dead, dead.url) == []
    assert bodies(dead, dead.dead_url) == ["body of two"]
    assert Event.objects.filter(name="outbox.dead_messages_dropped").count() == 1


def test_an_id_that_is_not_there_changes_nothing(dead, run):
    assert run("drop", "three") == ["0 messages dropped."]

    assert bodies(dead, dead.dead_url) == ["body of one", "body of two"]
    assert not Event.objects.filter(name="outbox.dead_messages_dropped").exists()


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (["redrive"], "Name the messages to put back, or say --all."),
        (["redrive", "one", "--all"], "Name the messages to put back, or say --all."),
        (["drop"], "Name the messages to drop, one by one."),
        (["drop", "--all"], "Name the messages to drop, one by one."),
        (["list", "one"], "list takes no ids; it shows every message, or those of --queue."),
    ],
    ids=["redrive", "redrive both", "drop", "drop all", "list one"],
)
def test_what_is_not_clear_is_asked_back(words, refusal):
    with pytest.raises(CommandError) as error:
        call_command("dead_letters", *words)

    assert str(error.value) == refusal
