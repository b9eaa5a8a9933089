"""Brings messages from the outbox to their handlers: what SQS and its consumer do on AWS."""

import logging
from collections.abc import Sequence

from django.db.models.functions import Now

from outbox.events import Envelope, Permanent, subscribe
from workflows.events import MessageSent
from workflows.messages import handler
from workflows.models import Message

logger = logging.getLogger(__name__)


@subscribe(MessageSent, batch=True)
def deliver_messages(pairs: Sequence[tuple[MessageSent, Envelope]]) -> None:
    """Hand each message to its queue's handler, then blank the body, which held the token."""
    ids = [event.message_id for event, _ in pairs]
    waiting = Message.objects.filter(delivered_at__isnull=True).in_bulk(ids)
    delivered: list[Message] = []
    try:
        for message in waiting.values():
            _hand_over(message)
            delivered.append(message)
    finally:
        done = [message.pk for message in delivered]
        if done:
            Message.objects.filter(pk__in=done).update(delivered_at=Now(), body=None)


def _hand_over(message: Message) -> None:
    function = handler(message.queue)
    if function is None:
        raise Permanent(f"Nobody handles the queue {message.queue}.")
    function(message.body or {}, str(message.id))
