"""A queue with its dead letters on an emulator, a handler that keeps what it gets, a consumer."""

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from django.db import connection

from config.consumer.channel import Channel
from config.consumer.process import Consumer
from core import queues
from core.queues import Queue

VISIBILITY = 2  # seconds
PATIENCE = 40  # seconds


def until(condition, seconds=PATIENCE):
    """Wait for something to become true, and fail if it does not."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "It never came true."
        time.sleep(0.02)


@dataclass
class Ear:
    """What the queue's handler heard, call by call, and what it answers with."""

    calls: list = field(default_factory=list)
    answers: dict = field(default_factory=dict)

    def __call__(self, bodies):
        said = [body["say"] for body in bodies.values()]
        self.calls.append(said)
        for words in said:
            answer = self.answers.get(words)
            if callable(answer):
                answer()
            elif answer is not None:
                raise answer

    @property
    def heard(self):
        return [words for call in self.calls for words in call]


@dataclass
class Letterbox:
    """The queue on the emulator, from the sender's and the undertaker's side."""

    sqs: object
    url: str
    dead_url: str

    def send(self, *texts, **attributes):
        for text in texts:
            self.sqs.send_message(
                QueueUrl=self.url,
                MessageBody=text if isinstance(text, str) else json.dumps(text),
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value}
                    for name, value in attributes.items()
                },
            )

    def say(self, *words):
        self.send(*({"say": each} for each in words))

    def _count(self, url):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def left(self):
        """How many messages the queue holds, hidden ones included."""
        return self._count(self.url)

    def dead_count(self):
        return self._count(self.dead_url)

    def dead(self):
        """The dead letters, as (text, attributes)."""
        letters = []
        while found := self.sqs.receive_message(
            QueueUrl=self.dead_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages"):
            letters += [
                (
                    each["Body"],
                    {
                        name: value["StringValue"]
                        for name, value in each["MessageAttributes"].items()
                    },
                )
                for each in found
            ]
        return letters

    def reasons(self):
        return {text: said["Reason"] for text, said in self.dead()}


@pytest.fixture
def ear(monkeypatch):
    """Handles and checks nothing but this queue's messages."""
    monkeypatch.setattr(queues, "_terms", {})
    ear = Ear()
    monkeypatch.setattr(queues, "_handlers", {"approval-status": ear})
    return ear


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    """An idle consumer hears of its end soon, and dead letters do not wait for company."""
    monkeypatch.setattr("config.consumer.channel.LONG_POLL", 1)
    monkeypatch.setattr("config.consumer.burying.GATHER", 0.2)


@pytest.fixture
def queue(ear):
    return Queue(
        name="approval-status", kind="messages", time_limit=2, visibility=VISIBILITY, receives=20
    )


def create(sqs, queue):
    """The queue and its dead letters as a deployment makes them."""
    url = sqs.create_queue(QueueName=queues.url(queue.name).rpartition("/")[2])["QueueUrl"]
    dead = sqs.create_queue(QueueName=queues.url(queue.dead_letters).rpartition("/")[2])["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    policy = {"deadLetterTargetArn": found["QueueArn"], "maxReceiveCount": str(queue.receives)}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": json.dumps(policy)})
    return Letterbox(sqs, url, dead)


@pytest.fixture
def letterbox(on_aws, queue):
    return create(on_aws.boto("sqs"), queue)


@pytest.fixture
def consuming(letterbox, queue, transactional_db):
    """Run a consumer of the queue, in threads of this process, inside `with consuming():`."""

    @contextmanager
    def run(queue=queue):
        stop = threading.Event()
        consumer = Consumer([Channel(queue)], stop=stop)
        thread = threading.Thread(target=consumer.run)
        thread.start()
        try:
            yield consumer
        finally:
            stop.set()
            thread.join(30)
            assert not thread.is_alive()

    yield run
    connection.close()
