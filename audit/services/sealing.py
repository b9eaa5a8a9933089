"""The sealer: it tails the event log, writes an entry for every event, and grows the tree."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from audit import merkle, records
from audit.masking import masked, may_hold_secrets
from audit.models import ACTOR, Batch, Key, Node
from audit.records import Sealed, person_key
from audit.sentences import action, links, sentence, subject
from core.actor import SYSTEM

AT_ONCE = 2000  # events a transaction
_LOCK = 7_262_441  # any number that nobody else uses

# Ids are handed out before commits. Below the oldest transaction still under way nothing can
# appear any more, so whoever reads up to there, in this order, has missed nothing.
_READ = """
SELECT id, transaction_id, uuid::text, name, actor_id, actor_label, correlation_id, origin::text,
    occurred_at, payload::text
FROM outbox_event
WHERE (transaction_id, id) > (%s, %s)
    AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
ORDER BY transaction_id, id
LIMIT %s
"""

_WRITE_ENTRIES = """
INSERT INTO audit_entry (
    sequence, event_id, action, actor_id, owner_id, scheme, workflow_id, step_id, subject_kind,
    subject_id, outcome, correlation_id, happened_at, recorded_at, text, search
)
SELECT line.*, to_tsvector('english', line.text)
FROM unnest(
    %s::bigint[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
    %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],
    %s::timestamptz[], %s::text[]
) AS line (
    sequence, event_id, action, actor_id, owner_id, scheme, workflow_id, step_id, subject_kind,
    subject_id, outcome, correlation_id, happened_at, recorded_at, text
)
"""

_WRITE_RECORDS = """
INSERT INTO audit_record (sequence, leaf, body)
SELECT * FROM unnest(%s::bigint[], %s::bytea[], %s::text[])
"""

_WRITE_LINKS = """
INSERT INTO audit_link (kind, object_id, sequence)
SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[])
"""

_NAME_PEOPLE = """
INSERT INTO audit_person (id, label)
SELECT * FROM unnest(%s::text[], %s::text[]) AS person (id, label)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET label = EXCLUDED.label WHERE audit_person.label <> EXCLUDED.label
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
    uuid: str
    name: str
    actor_id: str
    actor_label: str
    correlation_id: str
    origin: str | None
    occurred_at: datetime
    payload: str


class _Line(NamedTuple):
    """An entry's columns, in the order in which they are written."""

    sequence: int
    event_id: str
    action: str
    actor_id: str
    owner_id: str
    scheme: str
    workflow_id: str
    step_id: str
    subject_kind: str
    subject_id: str
    outcome: str
    correlation_id: str
    happened_at: datetime
    recorded_at: datetime
    text: str


def seal_events() -> int:
    """
    Write an entry for every event that is final and not written yet; return how many.

    Safe to call at any time, by many at once: one writes and the others return 0.
    """
    total = 0
    # Asked every second, mostly in vain: without lock and transaction that costs next to nothing.
    while _anything_new() and (written := _seal_batch()):
        total += written
    return total


def first_needed() -> int:
    """The lowest event id that is not in the trail yet: what the event log may not prune."""
    return int(_ask(_FIRST_NEEDED))


def _anything_new() -> bool:
    return bool(_ask(_ANYTHING_NEW))


def _ask(question: str) -> Any:
    """What the log answers about the events after the sealer's place."""
    last = _last_batch()
    with connection.cursor() as cursor:
        cursor.execute(question, [last.transaction_id, last.log_id])
        return cursor.fetchone()[0]


def _last_batch() -> Batch:
    newest: Batch | None = Batch.objects.order_by("-size").first()
    return newest or Batch(size=0, transaction_id=0, log_id=0)


@transaction.atomic
def _seal_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        last = _last_batch()
        cursor.execute(_READ, [last.transaction_id, last.log_id, AT_ONCE])
        events = [_Event(*row) for row in cursor.fetchall()]
        if not events:
            return 0
        keys = _keys_of_actors(events)
        now = datetime.now(UTC)
        lines, bodies, ties = [], [], []
        for place, event in enumerate(events, start=last.size + 1):
            line, content = _composed(place, event, now)
            lines.append(line)
            bodies.append(records.write(content, event_id=UUID(event.uuid), keys=keys))
            ties += [(kind, thing, place) for kind, thing in content["links"]]
        leaves = [merkle.leaf_hash(body.encode()) for body in bodies]
        sequences = [line.sequence for line in lines]
        cursor.execute(_WRITE_ENTRIES, [list(column) for column in zip(*lines, strict=True)])
        cursor.execute(_WRITE_RECORDS, [sequences, leaves, bodies])
        if ties:
            cursor.execute(_WRITE_LINKS, [list(column) for column in zip(*ties, strict=True)])
        _name_people(events)
    size = last.size + len(events)
    _keep_nodes(last.size, size)
    Batch.objects.create(size=size, transaction_id=events[-1].transaction_id, log_id=events[-1].id)
    return len(events)


def _composed(sequence: int, event: _Event, now: datetime) -> tuple[_Line, dict[str, Any]]:
    """An entry's columns, and the content of its record."""
    payload = json.loads(event.payload)
    if may_hold_secrets(event.payload):
        payload = masked(payload)
    subject_kind, subject_id = subject(event.name, payload)
    line = _Line(
        sequence=sequence,
        event_id=event.uuid,
        action=action(event.name, payload),
        actor_id=event.actor_id,
        owner_id=str(payload.get("requester_id", "")),
        scheme=str(payload.get("subject", ""))[:100],
        workflow_id=str(payload.get("request_id") or payload.get("execution") or "")[:100],
        step_id=str(payload.get("stage", "")),
        subject_kind=subject_kind,
        subject_id=subject_id,
        outcome=str(payload.get("verdict") or payload.get("status") or "")[:40],
        correlation_id=event.correlation_id,
        happened_at=event.occurred_at,
        recorded_at=now,
        text=sentence(event.name, actor=ACTOR, payload=payload),
    )
    return line, _content(line, event, payload)


def _content(line: _Line, event: _Event, payload: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "version": records.VERSION,
        "sequence": line.sequence,
        "event_id": line.event_id,
        "action": line.action,
        "actor": _actor(event),
        "owner": line.owner_id,
        "scheme": line.scheme,
        "workflow": line.workflow_id,
        "step": line.step_id,
        "object": {"kind": line.subject_kind, "id": line.subject_id},
        "outcome": line.outcome,
        "reason": "",
        "request_id": line.correlation_id,
        "happened_at": _moment(line.happened_at),
        "recorded_at": _moment(line.recorded_at),
        "text": line.text,
        "detail": payload,
        "links": links(event.name, payload),
        "changes": [],
    }


def _actor(event: _Event) -> dict[str, Any]:
    if event.actor_id == SYSTEM.id:
        return {"id": SYSTEM.id, "label": SYSTEM.label, "ip": "", "client": ""}
    origin = json.loads(event.origin) if event.origin else {}
    known = {"label": event.actor_label, "ip": "", "client": "", **origin}
    key = person_key(event.actor_id)
    return {"id": event.actor_id, **{name: Sealed(key, value) for name, value in known.items()}}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _keys_of_actors(events: Iterable[_Event]) -> dict[str, bytes | None]:
    return keys_named({person_key(event.actor_id) for event in events})


def keys_named(names: Iterable[str]) -> dict[str, bytes | None]:
    """The keys of these names, made where there is none yet. One that was erased is None."""
    wanted = sorted(names)
    made = [Key(name=name, key=secrets.token_bytes(32)) for name in wanted]
    Key.objects.bulk_create(made, ignore_conflicts=True)
    kept = Key.objects.filter(name__in=wanted).values_list("name", "key")
    return {name: None if key is None else bytes(key) for name, key in kept}


def _name_people(events: Sequence[_Event]) -> None:
    """Keep the newest name of everybody who did something."""
    labels = {event.actor_id: event.actor_label for event in events}
    erased = Key.objects.filter(
        name__in=[person_key(person) for person in labels], erased_at__isnull=False
    )
    for name in erased.values_list("name", flat=True):
        labels.pop(name.removeprefix("person:"), None)
    with connection.cursor() as cursor:
        cursor.execute(_NAME_PEOPLE, [list(labels), list(labels.values())])


def _keep_nodes(before: int, after: int) -> None:
    """Keep the hash of every subtree that became complete, the lowest level first."""
    for level, below in ((8, 0), (16, 8), (24, 16)):
        first, end = before >> level, after >> level
        nodes = [
            Node(level=level, index=index, hash=_hash_of_block(index, level, below))
            for index in range(first, end)
        ]
        Node.objects.bulk_create(nodes)


def _hash_of_block(index: int, level: int, below: int) -> bytes:
    """The hash of one complete subtree, from the 256 of the level below."""
    low, high = index << (level - below), (index + 1) << (level - below)
    with connection.cursor() as cursor:
        if below:
            cursor.execute(
                "SELECT hash FROM audit_node WHERE level = %s AND index >= %s AND index < %s"
                " ORDER BY index",
                [below, low, high],
            )
        else:
            cursor.execute(
                "SELECT leaf FROM audit_record WHERE sequence > %s AND sequence <= %s"
                " ORDER BY sequence",
                [low, high],
            )
        hashes = [bytes(row[0]) for row in cursor.fetchall()]
    while len(hashes) > 1:
        hashes = [merkle.node_hash(*pair) for pair in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]
