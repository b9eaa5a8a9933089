"""How a fact gets into the log."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from core.actor import Actor
from core.correlation import correlation_id, origin
from core.notices import notify_after_commit
from outbox.events import DomainEvent, subscribers_of

# Events and their deliveries in one statement: publishing sits on every request's path, and
# the same through the ORM took two statements and three times as long.
_PUBLISH = """
WITH written AS (
    INSERT INTO outbox_event (uuid, name, payload, actor_id, actor_label, correlation_id, origin)
    SELECT fact.*, %s::jsonb
    FROM unnest(%s::uuid[], %s::text[], %s::jsonb[], %s::text[], %s::text[], %s::text[]) AS fact
    RETURNING id, name
)
INSERT INTO outbox_delivery (event_id, subscriber)
SELECT written.id, wants.subscriber
FROM written JOIN unnest(%s::text[], %s::text[]) AS wants (name, subscriber) USING (name)
"""


def publish(event: DomainEvent, *, actor: Actor) -> uuid.UUID:
    """
    Record a fact beside the change it tells of, and see that it reaches every subscriber.

    Both commit or neither does, so nobody hears of a change that was rolled back. Returns the
    event's id. Raises RuntimeError outside a transaction.
    """
    return publish_all([event], actor=actor)[0]


def publish_all(
    events: Sequence[DomainEvent], *, actor: Actor, correlation_ids: Sequence[str] | None = None
) -> list[uuid.UUID]:
    """
    Publish several facts of one actor at once, in this order.

    A batch subscriber that answers several requests names each fact's own in `correlation_ids`.
    """
    requests = correlation_ids or [correlation_id()] * len(events)
    return _write([(event, actor) for event in events], requests)


def publish_each(facts: Sequence[tuple[DomainEvent, Actor]]) -> list[uuid.UUID]:
    """Publish facts of many actors at once, in this order, as a door for other services does."""
    return _write(facts, [correlation_id()] * len(facts))


def note(*events: DomainEvent, actor: Actor) -> None:
    """
    Record facts that go with no change, such as that somebody looked: one statement at most.

    Needs no transaction: where there is none, it commits by itself.
    """
    if events:
        _insert([(event, actor) for event in events], [correlation_id()] * len(events))


def _write(facts: Sequence[tuple[DomainEvent, Actor]], requests: Sequence[str]) -> list[uuid.UUID]:
    if not connection.in_atomic_block:
        raise RuntimeError("publish() belongs inside the transaction that makes the change.")
    return _insert(facts, requests)


def _insert(facts: Sequence[tuple[DomainEvent, Actor]], requests: Sequence[str]) -> list[uuid.UUID]:
    came_from = origin()
    ids = [uuid.uuid4() for _ in facts]
    names = [event.name for event, _ in facts]
    wants = [(name, wanted) for name in dict.fromkeys(names) for wanted in subscribers_of(name)]
    with connection.cursor() as cursor:
        cursor.execute(
            _PUBLISH,
            [
                json.dumps(asdict(came_from)) if came_from else None,
                *([str(event_id) for event_id in ids], names),
                [json.dumps(event.payload(), cls=DjangoJSONEncoder) for event, _ in facts],
                [actor.id for _, actor in facts],
                *([actor.label[:255] for _, actor in facts], list(requests)),
                *([name for name, _ in wants], [wanted for _, wanted in wants]),
            ],
        )
    if wants:
        notify_after_commit("outbox")
    return ids
