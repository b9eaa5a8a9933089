"""Entries made without events."""

from datetime import UTC
from uuid import uuid4

from django.contrib.postgres.search import SearchVector
from django.db import connection
from django.db.models import Value
from django.utils import timezone

from audit.models import ACTOR, Entry, Link, Person, Record
from audit.proof import merkle, records
from audit.proof.records import Sealed, person_key
from audit.services.sealing import keys_named


def entry(sequence, *, actor_label="Asha Rao", detail=None, links=None, changes=(), **fields):
    """An entry with its record and its links, as the sealer would leave them, but for the tree."""
    columns = {
        "event_id": uuid4(),
        "action": "approvals.task_decided",
        "actor_id": actor_label.partition(" ")[0].lower(),
        "subject_kind": "task",
        "subject_id": f"t-{sequence}",
        "correlation_id": "request-0001",
        "happened_at": timezone.now(),
        "text": "{actor} approved “Which gas law?”.",
        **fields,
    }
    if columns["actor_id"] != "system":
        Person.objects.update_or_create(pk=columns["actor_id"], defaults={"label": actor_label})
    row = Entry(sequence=sequence, **{"recorded_at": columns["happened_at"], **columns})
    found = links if links is not None else [(row.subject_kind, row.subject_id)]
    _record(row, actor_label, {"verdict": "APPROVED"} if detail is None else detail, found, changes)
    row.search = SearchVector(Value(row.text.replace(ACTOR, "")), config="english")
    row.save()
    for kind, thing in found:
        Link.objects.create(kind=kind, object_id=thing, sequence=sequence)
    return Entry.objects.named().get(pk=sequence)


def forget_changes():
    """Begin without captured changes. Tests may truncate; to delete is the sealer's alone."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE audit_change")


def _record(row, actor_label, detail, links, changes):
    key = person_key(row.actor_id)
    happened = row.happened_at.astimezone(UTC).isoformat(timespec="microseconds")
    body = records.write(
        {
            "version": records.VERSION,
            "sequence": row.sequence,
            "event_id": str(row.event_id),
            "action": row.action,
            "actor": {
                "id": row.actor_id,
                "label": Sealed(key, actor_label),
                "ip": Sealed(key, "192.0.2.1"),
                "client": Sealed(key, "Browser"),
            },
            "owner": row.owner_id,
            "scheme": row.scheme,
            "workflow": row.workflow_id,
            "step": row.step_id,
            "object": {"kind": row.subject_kind, "id": row.subject_id},
            "outcome": row.outcome,
            "reason": "",
            "request_id": row.correlation_id,
            "happened_at": happened.replace("+00:00", "Z"),
            "recorded_at": happened.replace("+00:00", "Z"),
            "text": row.text,
            "detail": detail,
            "links": [list(link) for link in links],
            "changes": list(changes),
        },
        event_id=row.event_id,
        keys=keys_named([key, records.text_key(row.event_id)]),
    )
    Record.objects.create(sequence=row.sequence, leaf=merkle.leaf_hash(body.encode()), body=body)
