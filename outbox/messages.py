"""Messages from outside that could not be handled: whose fault it was, and what became of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from django.db import connection, transaction
from django.utils import timezone

from core.actor import Actor
from outbox.events import DomainEvent
from outbox.models import FailedMessage
from outbox.publishing import publish, publish_all

KEPT_FOR = timedelta(days=15)  # SQS keeps no message longer than 14 days
REASON_LENGTH = 256

_COUNT = """
INSERT INTO outbox_failedmessage (queue, message_id, failures, reason)
VALUES (%s, %s, 1, %s)
ON CONFLICT (message_id, queue) DO UPDATE
SET failures = outbox_failedmessage.failures + 1, reason = excluded.reason,
    failed_at = statement_timestamp()
RETURNING failures
"""

_BURY = """
INSERT INTO outbox_failedmessage (queue, message_id, failures, reason, dead_at)
SELECT %s, letter.message_id, 1, letter.reason, statement_timestamp()
FROM unnest(%s::text[], %s::text[]) AS letter (message_id, reason)
ON CONFLICT (message_id, queue) DO UPDATE
SET reason = excluded.reason, failed_at = statement_timestamp(), dead_at = statement_timestamp()
WHERE outbox_failedmessage.dead_at IS NULL
RETURNING message_id, reason
"""


@dataclass(frozen=True, kw_only=True)
class MessageGivenUp(DomainEvent):
    """A consumer put a message among its queue's dead letters. The reason holds no secret."""

    name: ClassVar[str] = "outbox.message_given_up"

    queue: str
    message_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DeadMessagesRedriven(DomainEvent):
    """Somebody put dead letters back into their queue."""

    name: ClassVar[str] = "outbox.dead_messages_redriven"

    queue: str
    message_ids: list[str]


@dataclass(frozen=True, kw_only=True)
class DeadMessagesDropped(DomainEvent):
    """Somebody threw dead letters away."""

    name: ClassVar[str] = "outbox.dead_messages_dropped"

    queue: str
    message_ids: list[str]


def count_failure(*, queue: str, message_id: str, reason: str) -> int:
    """Note that the message failed by its own fault; return how often it has by now."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [queue, message_id, reason[:REASON_LENGTH]])
        return int(cursor.fetchone()[0])


def buried(*, queue: str, message_ids: Collection[str]) -> set[str]:
    """Those of the messages that lie among the dead letters already."""
    dead = FailedMessage.objects.dead().filter(queue=queue, message_id__in=message_ids)
    return set(dead.values_list("message_id", flat=True))


@transaction.atomic
def bury(*, queue: str, reasons: Mapping[str, str], actor: Actor) -> int:
    """
    Note that these messages, each with its reason, lie among the queue's dead letters now.

    Tells of each once, however often it is noted; returns how many were new.
    """
    with connection.cursor() as cursor:
        shortened = [reason[:REASON_LENGTH] for reason in reasons.values()]
        cursor.execute(_BURY, [queue, list(reasons), shortened])
        new = cursor.fetchall()
    if new:
        facts = [MessageGivenUp(queue=queue, message_id=key, reason=why) for key, why in new]
        publish_all(facts, actor=actor, correlation_ids=[key[:64] for key, _ in new])
    return len(new)


@transaction.atomic
def forget_redriven(*, queue: str, message_ids: Collection[str], actor: Actor) -> None:
    """These went back from the dead letters into the queue, as new messages."""
    _forget(queue, message_ids)
    publish(DeadMessagesRedriven(queue=queue, message_ids=list(message_ids)), actor=actor)


@transaction.atomic
def forget_dropped(*, queue: str, message_ids: Collection[str], actor: Actor) -> None:
    """These were deleted from the dead letters."""
    _forget(queue, message_ids)
    publish(DeadMessagesDropped(queue=queue, message_ids=list(message_ids)), actor=actor)


def prune() -> int:
    """Delete the rows of messages that SQS cannot hold any more; return how many."""
    old = FailedMessage.objects.filter(failed_at__lt=timezone.now() - KEPT_FOR)
    return old.delete()[0]


def _forget(queue: str, message_ids: Collection[str]) -> None:
    FailedMessage.objects.filter(queue=queue, message_id__in=message_ids).delete()
