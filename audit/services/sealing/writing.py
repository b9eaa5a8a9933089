"""Entries, records and links of a batch, written in a few statements."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from audit.proof import merkle, records
from audit.services.sealing.composing import Draft
from audit.services.sealing.keys import keys_named, name_people

# Whoever did it is found by the actor, whose name may change and be erased: not by the words.
_WRITE_ENTRIES = """
INSERT INTO audit_entry (
    sequence, event_id, action, actor_id, owner_id, scheme, workflow_id, step_id, subject_kind,
    subject_id, outcome, correlation_id, happened_at, recorded_at, text, search
)
SELECT sequence, event_id, action, actor_id, owner_id, scheme, workflow_id, step_id, subject_kind,
    subject_id, outcome, correlation_id, happened_at, recorded_at, text,
    to_tsvector('english', replace(text, '{actor}', '') || ' ' || words)
FROM unnest(
    %s::bigint[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
    %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],
    %s::timestamptz[], %s::text[], %s::text[]
) AS line (
    sequence, event_id, action, actor_id, owner_id, scheme, workflow_id, step_id, subject_kind,
    subject_id, outcome, correlation_id, happened_at, recorded_at, text, words
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

_FORGET_CHANGES = "SELECT audit_drop_changes(%s::bigint[])"


def write(drafts: Sequence[Draft]) -> None:
    """Lock the boxes, and write all that these entries consist of."""
    parted = [records.parted(draft.content) for draft in drafts]
    keys = keys_named({name for parts in parted for name in parts.contents})
    bodies = [
        records.locked(parts, event_id=UUID(draft.line.event_id), keys=keys)
        for draft, parts in zip(drafts, parted, strict=True)
    ]
    sequences = [draft.line.sequence for draft in drafts]
    leaves = [merkle.leaf_hash(body.encode()) for body in bodies]
    links = [
        (kind, thing, draft.line.sequence)
        for draft in drafts
        for kind, thing in draft.content["links"]
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_ENTRIES, _columns(draft.line for draft in drafts))
        cursor.execute(_WRITE_RECORDS, [sequences, leaves, bodies])
        if links:
            cursor.execute(_WRITE_LINKS, _columns(links))
    name_people([draft.actor for draft in drafts], keys)


def forget_changes(ids: list[int]) -> None:
    """Changes that are sealed have told all they had to tell."""
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_FORGET_CHANGES, [ids])


def _columns(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
