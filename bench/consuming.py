"""
What poison costs the good messages beside it: `python -m bench consuming`.

A consumer takes in assignments from SQS (MiniStack), as `manage.py consume` does, from a queue
that is filled beforehand. Each round measures good messages alone and then with one poison
message to twenty good ones, kind after kind, so that a machine's moods meet both alike. What
counts is the median over the rounds.
"""

import json
import statistics
import time
import uuid
from collections import Counter
from itertools import islice

from bench.ground import VAR, empty_database, in_a_process, together
from bench.through_services import make_people
from config import emulator as emulators

GOOD = 400  # messages a run
EVERY = 20  # good messages to one of poison
ROUNDS = 3
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
            queues = _make_queues(running.emulator)
            rates, costs = _rounds(queues, people)
        finally:
            running.stop()
    _show(report, rates, costs)


def _rounds(queues, people):
    plan = [kind for _ in range(ROUNDS) for kind in (None, *KINDS, None)]
    shares = together(_submit, [(*people, GOOD * len(plan) // 2)] * 2)
    requests = iter(shares[0] + shares[1])
    rates, costs = {}, {}
    for kind in plan:
        rate, cost = _run(queues, list(islice(requests, GOOD)), kind)
        rates.setdefault(kind, []).append(rate)
        costs.setdefault(kind, []).append(cost)
    return rates, costs


def _show(report, rates, costs):
    alone, cost_alone = statistics.median(rates[None]), statistics.median(costs[None])
    report.add("good messages alone", f"{alone:.0f}/s, {cost_alone:.2f} ms of processor time each")
    report.add("spread of these", f"{min(rates[None]):.0f} to {max(rates[None]):.0f}/s")
    for kind in KINDS:
        rate, cost = statistics.median(rates[kind]), statistics.median(costs[kind])
        lost = 1 - rate / alone
        report.add(
            f"beside {100 / EVERY:.0f} % {kind}",
            f"{rate:.0f}/s ({-lost:+.1%}), {cost:.2f} ms ({cost / cost_alone - 1:+.1%})",
            aim="lose ≤ 5 %",
            held=lost <= 0.05,
        )
    every = statistics.median([rate for kind in KINDS for rate in rates[kind]])
    report.add("beside poison of any kind", f"{every:.0f}/s ({every / alone - 1:+.1%})")


def _run(queues, requests, kind):
    """One run: good messages a second, and milliseconds of processor time for each."""
    url, dead_url, sqs = queues
    poison = Counter()
    texts = []
    for number, request_id in enumerate(requests):
        texts.append(json.dumps(_assignment(request_id)))
        if kind and number % EVERY == EVERY // 2:
            texts.append(KINDS[kind]())
            poison[texts[-1]] += 1
    _send(sqs, url, texts)
    processor = []
    ((began, ended),) = together(_consume, [(len(texts),)], processor)
    _ensure_only_poison_is_dead(sqs, url, dead_url, poison)
    return GOOD / (ended - began), processor[0] / GOOD * 1000


def _make_queues(emulator):
    import os

    os.environ.update(emulator.environment)
    os.environ["QUEUE_URL_BASE"] = f"{emulator.url}/{emulators.ACCOUNT}/"
    os.environ["QUEUE_PREFIX"] = "bench-"
    sqs = emulator.boto("sqs")
    url = sqs.create_queue(QueueName=f"bench-{QUEUE}")["QueueUrl"]
    return url, sqs.create_queue(QueueName=f"bench-{QUEUE}-dead")["QueueUrl"], sqs


def _submit(requester, assessor, count):
    """Requests that wait for their workflow's message; returns their ids."""
    from accounts.models import User
    from approvals import services
    from bench.through_services import _content

    ben = User.objects.get(email=requester)
    return [
        str(
            services.submit_request(
                content=_content(uuid.uuid4().hex), assigned_to=assessor, actor=ben
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


def _consume(total):
    """Take everything in; returns when the first call of the handler began and the last ended."""
    from threading import Event, Thread

    from config.consumer.channel import Channel
    from config.consumer.process import Consumer
    from core import queues
    from core.aws import client

    take, times, done = queues.handler(QUEUE), [], []

    def timed(bodies):
        times.append(time.time())
        take(bodies)
        times.append(time.time())
        done.extend(bodies)

    queues._handlers[QUEUE] = timed
    stop = Event()
    consumer = Consumer([Channel(queues.QUEUES[QUEUE])], stop=stop)
    thread = Thread(target=consumer.run)
    thread.start()
    while len(done) < GOOD or _left(client("sqs"), queues.url(QUEUE)):
        time.sleep(0.2)
    stop.set()
    thread.join()
    assert len(set(done)) == GOOD, f"{len(set(done))} of {GOOD} were handled, of {total} sent."
    return times[0], times[-1]


def _left(sqs, url):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def _ensure_only_poison_is_dead(sqs, url, dead_url, poison):
    assert _left(sqs, url) == 0
    dead = Counter()
    while found := sqs.receive_message(
        QueueUrl=dead_url, MaxNumberOfMessages=10, MessageAttributeNames=["Reason"]
    ).get("Messages"):
        for each in found:
            assert each["MessageAttributes"]["Reason"]["StringValue"]
            dead[each["Body"]] += 1
            sqs.delete_message(QueueUrl=dead_url, ReceiptHandle=each["ReceiptHandle"])
    assert dead == poison, f"{dead.total()} dead letters, {poison.total()} poison messages."
