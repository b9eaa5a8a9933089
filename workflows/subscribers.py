"""
What workflows does about events once they are committed.

Messages go from the outbox to their handlers, as SQS and its consumer bring them on AWS; and
what a person wants of an engine that may be elsewhere is asked of it here, not on the request path.
"""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models.functions import Now

from core.queues import handler
from outbox.events import Envelope, Permanent, subscribe
from workflows import services
from workflows.events import MessageSent, StopRequested
from workflows.models import Message


@subscribe(MessageSent, batch=True)
def deliver_messages(pairs: Sequence[tuple[MessageSent, Envelope]]) -> None:
    """Hand the messages to their queues' handlers, then blank the bodies, which held tokens."""
    ids = [event.message_id for event, _ in pairs]
    waiting = Message.objects.filter(pk__in=ids, delivered_at__isnull=True).order_by("sent_at")
    by_queue: dict[str, list[Message]] = defaultdict(list)
    for message in waiting:
        by_queue[message.queue].append(message)
    for queue, messages in by_queue.items():
        _hand_over(queue, messages)
        handed = [message.pk for message in messages]
        Message.objects.filter(pk__in=handed).update(delivered_at=Now(), body=None)


def _hand_over(queue: str, messages: Sequence[Message]) -> None:
    function = handler(queue)
    if function is None:
        raise Permanent(f"Nobody handles the queue {queue}.")
    function({str(message.id): message.body or {} for message in messages})


@subscribe(StopRequested)
def stop_as_requested(event: StopRequested, envelope: Envelope) -> None:
    services.stop_execution(name=event.execution, error=event.error, cause=event.cause)
