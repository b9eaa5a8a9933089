"""The queues of an emulator that a measurement is made on."""

import os

from config import emulator as emulators


def make_queues(emulator, queue):
    """Make a queue and its dead letters, and point this process at them."""
    os.environ.update(emulator.environment)
    os.environ["QUEUE_URL_BASE"] = f"{emulator.url}/{emulators.ACCOUNT}/"
    os.environ["QUEUE_PREFIX"] = "bench-"
    os.environ["LOG_LEVEL"] = "CRITICAL"
    sqs = emulator.boto("sqs")
    for name in (queue, f"{queue}-dead"):
        sqs.create_queue(QueueName=f"bench-{name}")
