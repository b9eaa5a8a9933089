"""The recorder: it tails the event log and writes one entry for every event."""

import json
from typing import Any, NamedTuple

from django.db import connection, transaction

from audit.masking import masked, may_hold_secrets
from audit.models import Position
from audit.sentences import action, sentence, subject

AT_ONCE = 2000  # events a transaction

# Ids are handed out before commits. Below the oldest transaction still under way nothing can
# appear any more, so whoever reads up to there, in this order, has missed nothing.
_READ = """
SELECT id, transaction_id, name, actor_label, payload::text
FROM outbox_event
WHERE (transaction_id, id) > (%s, %s)
    AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
ORDER BY transaction_id, id
LIMIT %s
"""

# Only what Python worked out travels back; the rest is copied inside the database.
_WRITE = """
INSERT INTO audit_entry (
    sequence, event_id, action, actor_id, actor_label, subject_kind, subject_id,
    correlation_id, happened_at, text, detail
)
SELECT
    %s + line.place, event.uuid, line.action, event.actor_id, event.actor_label,
    line.subject_kind, line.subject_id, event.correlation_id, event.occurred_at,
    line.text, COALESCE(line.detail, event.payload)
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::jsonb[])
    WITH ORDINALITY AS line (id, action, subject_kind, subject_id, text, detail, place)
JOIN outbox_event AS event USING (id)
ORDER BY line.place
"""

_ANYTHING_NEW = """
SELECT EXISTS (
    SELECT 1 FROM outbox_event
    WHERE (transaction_id, id) > (%s, %s)
        AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
)
"""

_FIRST_NEEDED = """
SELECT COALESCE(
    (SELECT min(id) FROM outbox_event WHERE (transaction_id, id) > (%s, %s)),
    (SELECT max(id) + 1 FROM outbox_event),
    0
)
"""


class _Event(NamedTuple):
    id: int
    transaction_id: int
    name: str
    actor_label: str
    payload: str


class _Line(NamedTuple):
    id: int
    action: str
    subject_kind: str
    subject_id: str
    text: str
    detail: str | None


def record_events() -> int:
    """
    Write an entry for every event that is final and not recorded yet; return how many.

    Safe to call at any time, by many at once: one records and the others return 0.
    """
    total = 0
    # Asked every second, mostly in vain: without lock and transaction that costs next to nothing.
    while _anything_new() and (written := _record_batch()):
        total += written
    return total


def first_needed() -> int:
    """The lowest event id that is not recorded yet: what the event log may not prune."""
    return int(_ask(_FIRST_NEEDED))


def _anything_new() -> bool:
    return bool(_ask(_ANYTHING_NEW))


def _ask(question: str) -> Any:
    """What the log answers about the events after the recorder's place."""
    position = Position.objects.filter(pk=Position.THE_ROW).first() or Position()
    with connection.cursor() as cursor:
        cursor.execute(question, [position.transaction_id, position.log_id])
        return cursor.fetchone()[0]


@transaction.atomic
def _record_batch() -> int:
    position = _claim_position()
    if position is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_READ, [position.transaction_id, position.log_id, AT_ONCE])
        events = [_Event(*row) for row in cursor.fetchall()]
        if not events:
            return 0
        lines = [_line(event) for event in events]
        cursor.execute(_WRITE, [position.sequence, *map(list, zip(*lines, strict=True))])
    last = events[-1]
    position.move(transaction_id=last.transaction_id, log_id=last.id, entries=len(events))
    return len(events)


def _claim_position() -> Position | None:
    """The recorder's place, locked for this transaction, or None while somebody else records."""
    row = Position.objects.select_for_update(skip_locked=True).filter(pk=Position.THE_ROW)
    position = row.first()
    if position is None:
        # Taken, or nobody has recorded anything yet.
        Position.objects.bulk_create([Position(pk=Position.THE_ROW)], ignore_conflicts=True)
        position = row.first()
    return position


def _line(event: _Event) -> _Line:
    payload = json.loads(event.payload)
    detail = None
    if may_hold_secrets(event.payload):
        payload = masked(payload)
        detail = json.dumps(payload, ensure_ascii=False)
    text = sentence(event.name, actor=event.actor_label, payload=payload)
    return _Line(event.id, action(event.name, payload), *subject(event.name, payload), text, detail)
