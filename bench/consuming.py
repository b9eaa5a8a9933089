"""
What poison costs the good messages beside it: `python -m bench consuming`.

One consumer takes in assignments from SQS (MiniStack), as `manage.py consume` does. It is given
pairs of portions: good messages alone, and as many with one poison message to twenty good ones,
every kind in its turn. A portion's time runs from the first to the last of its good messages. A
machine's moods meet both halves of a pair alike, so what counts is the median over the pairs.
"""

import json
import statistics
import time
import uuid
from collections import Counter
from itertools import cycle, islice
from threading import Event, Thread

from bench.ground import VAR, empty_database, in_a_process, together
from bench.queues import make_queues
from bench.through_services import make_people
from config import emulator as emulators

GOOD = 1000  # messages a portion; it must last longer than the undertaker gathers
EVERY = 20  # good messages to one of poison
PAIRS = 5
QUEUE = "approval-assignments"
ENTERED = "2026-11-21T08:00:00.000Z"


def _assignment(request_id, **fields):
    return {
        "type": "assignment",
        "request_id": request_id,
        "stage": 0,
        "round": 0,
        "task_token": "t" * 1000,
        "execution": {"Name": f"request-{request_id}"},
        "state": "AssignToAssessor",
        "entered_at": ENTERED,
        "retry_count": 0,
        **fields,
    }


def _older():
    body = _assignment(str(uuid.uuid4()))
    return {name: value for name, value in body.items() if name != "entered_at"}


KINDS = {
    "malformed": lambda: '{"type": "assignment", ',
    "not an object": lambda: "[1, 2, 3]",
    "oversized": lambda: json.dumps(_assignment(str(uuid.uuid4()), task_token="t" * 20_000)),
    "foreign type": lambda: json.dumps(_assignment(str(uuid.uuid4()), type="invoice")),
    "foreign fields": lambda: json.dumps(_assignment(str(uuid.uuid4()), amount=3)),
    "foreign machine": lambda: json.dumps(
        _assignment(str(uuid.uuid4()), execution={"Name": f"request-{uuid.uuid4()}"})
    ),
    "older format": lambda: json.dumps(_older()),
}


def measure(report):
    """Good messages a second, alone and beside each kind of poison."""
    with empty_database():
        running = emulators.start("ministack", log=VAR / "ministack.log")
        try:
            people = in_a_process(make_people)
            make_queues(running.emulator, QUEUE)
            shares = together(_submit, [(*people, GOOD * (PAIRS + 1))] * 2)
            pairs = in_a_process(_consume, shares[0] + shares[1])
        finally:
            running.stop()
    _show(report, pairs)


def _show(report, pairs):
    """`pairs` holds (alone, beside), each as (rate, processor seconds)."""
    rates = [alone[0] for alone, _ in pairs]
    lost = 1 - statistics.median(beside[0] / alone[0] for alone, beside in pairs)
    more = statistics.median(beside[1] / alone[1] for alone, beside in pairs) - 1
    between = f"{min(rates):.0f} to {max(rates):.0f}"
    report.add("good messages alone", f"{statistics.median(rates):.0f}/s ({between})")
    report.add("beside 5 % poison", f"{-lost:+.1%}", aim="lose ≤ 5 %", held=lost <= 0.05)
    report.add("processor time of the consumer, likewise", f"{more:+.1%}")


def _submit(requester, assessor, count):
    """Requests that wait for their workflow's message; returns their ids."""
    from accounts.models import User
    from approvals import services
    from bench.through_services import content

    ben = User.objects.get(email=requester)
    return [
        str(
            services.submit_request(
                content=content(uuid.uuid4().hex), assigned_to=assessor, actor=ben
            ).pk
        )
        for _ in range(count)
    ]


def _send(sqs, url, texts):
    for start in range(0, len(texts), 5):
        entries = [
            {"Id": str(number), "MessageBody": text}
            for number, text in enumerate(texts[start : start + 5])
        ]
        assert not sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Failed")


def _consume(requests):
    """Take in portion after portion; returns the pairs that `_show` shows."""
    from config.consumer.channel import Channel
    from config.consumer.process import Consumer
    from core import queues

    take, watch = queues.handler(QUEUE), Watch()

    def timed(bodies):
        watch.filled.wait()
        watch.begin()
        take(bodies)
        watch.end(bodies)

    queues._handlers[QUEUE] = timed
    stop = Event()
    thread = Thread(target=Consumer([Channel(queues.QUEUES[QUEUE])], stop=stop).run)
    thread.start()
    waiting = iter(requests)
    _portion(watch, waiting, poisoned=False)  # to warm up
    pairs = []
    for number in range(PAIRS):
        order = (False, True) if number % 2 else (True, False)
        measured = {each: _portion(watch, waiting, poisoned=each) for each in order}
        pairs.append((measured[False], measured[True]))
    stop.set()
    thread.join()
    return pairs


class Watch:
    """When the handler was first called and last ended, and which messages it had."""

    def __init__(self):
        self.filled = Event()  # until then the handler waits for the queue to be filled
        self.reset()

    def reset(self):
        self.filled.clear()
        self.began, self.ended, self.done = None, None, set()

    def begin(self):
        self.began = self.began or (time.monotonic(), time.process_time())

    def end(self, bodies):
        self.done.update(bodies)
        self.ended = (time.monotonic(), time.process_time())


def _portion(watch, waiting, *, poisoned):
    """Good messages a second of one portion, and the seconds of processor time it took."""
    from core import queues
    from core.aws import client

    sqs, url, dead_url = client("sqs"), queues.url(QUEUE), queues.url(f"{QUEUE}-dead")
    texts, poison, kinds = [], Counter(), cycle(KINDS.values())
    for number, request_id in enumerate(islice(waiting, GOOD)):
        texts.append(json.dumps(_assignment(request_id)))
        if poisoned and number % EVERY == EVERY // 2:
            texts.append(next(kinds)())
            poison[texts[-1]] += 1
    watch.reset()
    _send(sqs, url, texts)
    watch.filled.set()
    while len(watch.done) < GOOD:
        time.sleep(0.05)
    (began, before), (ended, after) = watch.began, watch.ended
    while _left(sqs, url):
        time.sleep(0.2)
    assert len(watch.done) == GOOD, "Poison reached the handler."
    _ensure_only_poison_is_dead(sqs, dead_url, poison)
    return GOOD / (ended - began), after - before


def _left(sqs, url):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def _ensure_only_poison_is_dead(sqs, dead_url, poison):
    dead = Counter()
    while found := sqs.receive_message(
        QueueUrl=dead_url, MaxNumberOfMessages=10, MessageAttributeNames=["Reason"]
    ).get("Messages"):
        for each in found:
            assert each["MessageAttributes"]["Reason"]["StringValue"]
            dead[each["Body"]] += 1
            sqs.delete_message(QueueUrl=dead_url, ReceiptHandle=each["ReceiptHandle"])
    assert dead == poison, f"{dead.total()} dead letters, {poison.total()} poison messages."
