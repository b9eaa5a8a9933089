"""
How fast reports of other services are taken in from the queue: `python -m bench reporting`.

One consumer, as `manage.py consume` runs it, empties `audit-trail` on MiniStack: once with a report
in each message, once with 50. Beside it stands what the emulator itself can bear: the same
messages received and deleted, and nothing done with them.
"""

import json
import time
import uuid
from threading import Event, Thread

from bench.ground import VAR, empty_database, in_a_process, together
from bench.queues import make_queues
from config import emulator as emulators

QUEUE = "audit-trail"
AIM = 2000  # reports a second on two cores
PORTIONS = {1: 4000, 50: 40_000}  # reports a message: reports in all


def measure(report):
    with empty_database():
        running = emulators.start("ministack", log=VAR / "ministack.log")
        try:
            make_queues(running.emulator, QUEUE)
            for size, count in PORTIONS.items():
                in_a_process(_fill, count, size)
                bare = size * in_a_process(_drain)
                in_a_process(_fill, count, size)
                processor = []
                rate = together(_consume, [(count,)], processor)[0]
                what = "reports taken in, " + (f"{size} a message" if size > 1 else "each alone")
                aim = {"aim": f"≥ {AIM}/s", "held": rate >= AIM} if size > 1 else {}
                report.add(what, f"{rate:.0f}/s", **aim)
                report.add(
                    "  beside the emulator's own limit", f"{rate / bare:.0%} of {bare:.0f}/s"
                )
                share = 1000 * processor[0] / count
                report.add("  consumer and PostgreSQL", f"{share:.2f} ms of processor a report")
        finally:
            running.stop()


def _report(number):
    return {
        "id": str(uuid.uuid4()),
        "source": "billing",
        "action": "invoice.sent",
        "actor": {"id": str(number % 500), "label": f"Clerk {number % 500}"},
        "object": {"kind": "invoice", "id": f"2026-{number}"},
        "text": f"Invoice 2026-{number} was sent to the school.",
        "occurred_at": "2026-11-21T09:30:00+01:00",
    }


def _fill(count, size):
    from core import queues
    from core.aws import client

    texts = [
        json.dumps(
            {"reports": [_report(start + n) for n in range(size)]} if size > 1 else _report(start)
        )
        for start in range(0, count, size)
    ]
    for start in range(0, len(texts), 10):
        entries = [
            {"Id": str(n), "MessageBody": text} for n, text in enumerate(texts[start : start + 10])
        ]
        sent = client("sqs").send_message_batch(QueueUrl=queues.url(QUEUE), Entries=entries)
        assert not sent.get("Failed")


def _drain():
    """Messages a second that the emulator gives out and forgets."""
    from config.consumer.channel import Channel
    from core import queues

    channel = Channel(queues.QUEUES[QUEUE])
    count, began, ended = 0, time.monotonic(), 0.0
    while messages := channel.receive():
        channel.delete(messages)
        count, ended = count + len(messages), time.monotonic()
    return count / (ended - began)


def _consume(count):
    """Reports a second until all are in the event log."""
    from config.consumer.channel import Channel
    from config.consumer.process import Consumer
    from core import queues
    from outbox.models import Event as Written

    take, began, ended, taken = queues.handler(QUEUE), [], [], []

    def timed(bodies):
        began.append(time.monotonic())
        take(bodies)
        taken.append(sum(len(body.get("reports", [body])) for body in bodies.values()))
        ended.append(time.monotonic())

    queues._handlers[QUEUE] = timed
    before = Written.objects.filter(name="audit.reported").count()
    stop = Event()
    thread = Thread(target=Consumer([Channel(queues.QUEUES[QUEUE])], stop=stop).run)
    thread.start()
    while sum(taken) < count:
        time.sleep(0.02)
    stop.set()
    thread.join()
    assert Written.objects.filter(name="audit.reported").count() - before == count
    return count / (ended[-1] - began[0])
