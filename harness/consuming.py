"""The consumer's work in this process, one look at each queue at a time."""

from dataclasses import replace
from threading import Event

VISIBILITY = 2  # seconds, so that what a killed child held comes again soon


def workers():
    """A worker for each message queue that has a handler here."""
    from config.consumer import channel as channels
    from config.consumer.burying import Undertaker
    from config.consumer.holding import Holder
    from config.consumer.working import Worker
    from core.queues import QUEUES, handler

    channels.LONG_POLL = 0

    class Counting(channels.Channel):
        """Knows how many messages it has handed out."""

        received = 0

        def receive(self):
            found = super().receive()
            self.received += len(found)
            return found

    holder = Holder()
    made = []
    for queue in QUEUES.values():
        if queue.kind == "messages" and handler(queue.name):
            channel = Counting(replace(queue, visibility=VISIBILITY))
            worker = Worker(channel, stop=Event(), holder=holder, undertaker=Undertaker(holder))
            made.append((channel, worker))
    return made


def look(made):
    """Take in what waits; return how many messages that were."""
    before = sum(channel.received for channel, _ in made)
    for _, worker in made:
        worker._turn()
    return sum(channel.received for channel, _ in made) - before
