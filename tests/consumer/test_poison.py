"""What can never work ends among the dead letters with its reason; good ones beside it do not."""

import pytest

from config.consumer import working
from core import queues
from core.queues import Terms
from outbox.events import Permanent
from outbox.models import Event, FailedMessage
from tests.consumer.conftest import until

TOKEN = "AQCEAAAAKgAAAAMAAAAAAAAAAT" * 4


def refuse_strangers(body):
    if "say" not in body:
        raise Permanent(f"Not ours: {sorted(body)}")


@pytest.fixture
def strict(ear, monkeypatch):
    """The queue wants `say` in bodies of at most 1,000 bytes."""
    terms = {"approval-status": Terms(check=refuse_strangers, largest=1000)}
    monkeypatch.setattr(queues, "_terms", terms)


@pytest.fixture
def impatient(monkeypatch):
    """Failures are repeated at once."""
    monkeypatch.setattr(working, "OWN_PAUSES", (0, 0, 0, 0))


@pytest.mark.usefixtures("strict")
def test_each_kind_is_set_aside_with_its_reason(letterbox, ear, consuming):
    poison = {
        "{not json": "Not JSON: Expecting property name enclosed in double quotes:"
        " line 1 column 2 (char 1)",
        "[1, 2]": "Not a JSON object but an array.",
        '"words"': "Not a JSON object but a string.",
        "null": "Not a JSON object but null.",
        '{"say": NaN}': "Not JSON: NaN is no JSON number",
        '{"say": "\\u0000"}': "Holds a character that no text here can have (NUL or half a pair).",
        '{"say": "\\ud800"}': "Holds a character that no text here can have (NUL or half a pair).",
        '{"say": "%s"}' % ("x" * 1000): "Too large: 1011 bytes, where 1000 are the most.",
        '{"tell": 1}': "Not ours: ['tell']",
    }
    letterbox.say("good")
    letterbox.send(*poison)
    letterbox.say("fine")

    with consuming():
        until(lambda: letterbox.left() == 0)

    assert letterbox.reasons() == poison
    assert sorted(ear.heard) == ["fine", "good"]


@pytest.mark.usefixtures("strict")
def test_a_dead_letter_says_where_it_came_from(letterbox, consuming):
    sent = letterbox.sqs.send_message(QueueUrl=letterbox.url, MessageBody="[]")

    with consuming():
        until(lambda: letterbox.left() == 0)

    ((text, said),) = letterbox.dead()
    assert text == "[]"
    assert said == {
        "Reason": "Not a JSON object but an array.",
        "SourceQueue": "approval-status",
        "MessageId": sent["MessageId"],
    }


@pytest.mark.usefixtures("strict")
def test_the_activity_page_and_the_trail_can_tell_of_it(letterbox, consuming):
    sent = letterbox.sqs.send_message(QueueUrl=letterbox.url, MessageBody="[]")

    with consuming():
        until(lambda: letterbox.left() == 0)

    row = FailedMessage.objects.dead().get()
    event = Event.objects.get(name="outbox.message_given_up")
    assert (row.queue, row.message_id) == ("approval-status", sent["MessageId"])
    assert row.reason == "Not a JSON object but an array."
    assert event.payload == {
        "queue": "approval-status",
        "message_id": sent["MessageId"],
        "reason": "Not a JSON object but an array.",
    }


@pytest.mark.usefixtures("strict")
def test_the_largest_message_that_sqs_takes_still_finds_room(letterbox, consuming):
    letterbox.send("[" + "1," * 128_000 + "1]")

    with consuming():
        until(lambda: letterbox.left() == 0)

    ((text, said),) = letterbox.dead()
    assert said["Reason"] == "Too large: 256003 bytes, where 1000 are the most."
    assert (said["Cut"], len(text)) == ("true", 240 * 1024)


def test_a_handler_may_refuse_for_good(letterbox, ear, consuming):
    letterbox.say("good", "bad")
    ear.answers["bad"] = Permanent("Nobody knows this request.")

    with consuming():
        until(lambda: letterbox.left() == 0)

    assert letterbox.reasons() == {'{"say": "bad"}': "Nobody knows this request."}
    assert "good" in ear.heard


@pytest.mark.usefixtures("impatient")
def test_five_failures_of_its_own_are_enough(letterbox, ear, consuming):
    letterbox.say("bad")
    ear.answers["bad"] = ValueError("no such stage")

    with consuming():
        until(lambda: letterbox.left() == 0)

    assert ear.heard == ["bad"] * 5
    assert letterbox.reasons() == {'{"say": "bad"}': "Failed 5 times. ValueError: no such stage"}


@pytest.mark.usefixtures("impatient")
def test_a_message_that_fails_always_leaves_fresh_ones_their_batch(letterbox, ear, consuming):
    letterbox.say("bad")
    ear.answers["bad"] = ValueError("no such stage")

    with consuming():
        until(lambda: ear.heard)
        letterbox.say(*"abcdef")
        until(lambda: letterbox.left() == 0)

    assert [call for call in ear.calls if "bad" in call and len(call) > 1] == []


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("field", ["task_token", "taskToken", "Token"])
def test_no_token_is_in_a_reason_or_a_log_line(letterbox, ear, consuming, caplog, field):
    letterbox.send({"say": "bad", "inner": [{field: "short-token"}], field: TOKEN})
    ear.answers["bad"] = ValueError(f"I was given {TOKEN} and short-token.")

    with caplog.at_level("INFO"), consuming():
        until(lambda: letterbox.left() == 0)

    (reason,) = letterbox.reasons().values()
    assert reason == "Failed 5 times. ValueError: I was given ••• and •••."
    assert caplog.text.count("ValueError: I was given ••• and •••.") == 6
    assert TOKEN not in caplog.text
    assert "short-token" not in caplog.text


def test_a_token_in_an_unexpected_place_is_hidden_too(letterbox, ear, consuming, caplog):
    letterbox.send({"say": TOKEN}, TOKEN)
    ear.answers[TOKEN] = Permanent(f"No state sends messages of type '{TOKEN}'.")

    with consuming():
        until(lambda: letterbox.left() == 0)

    assert sorted(letterbox.reasons().values()) == [
        "No state sends messages of type '•••'.",
        "Not JSON: Expecting value: line 1 column 1 (char 0)",
    ]
    assert TOKEN not in caplog.text
