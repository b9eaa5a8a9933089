"""What an entry and its record say of what happened."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from accounts.signals import NOBODY
from audit.models import ACTOR
from audit.proof import records
from audit.proof.records import Sealed, person_key, text_key
from audit.recording.masking import masked, may_hold_secrets
from audit.recording.sentences import action, change_sentence, links, sentence, subject
from audit.services.sealing.changed import kind_of, reason_in, recorded, value_in
from audit.services.sealing.log import Change, Event
from audit.services.sealing.portions import Fact
from core.actor import SYSTEM, Actor

# What people, or other services, wrote freely into events.
_WRITTEN = {
    "audit.reported": ("text",),
    "notifications.handed_in": ("title", "text"),
    "notifications.taken_back": ("said",),
    "workflows.stop_requested": ("cause",),
    "approvals.attachment_uploaded": ("file_name",),
    "approvals.import_uploaded": ("file_name",),
    "approvals.import_confirmed": ("file_name",),
    "approvals.import_discarded": ("file_name",),
    "approvals.import_resumed": ("file_name",),
    "approvals.questions_imported": ("file_name",),
}
# What is somebody's own, and whose: it is erased with the person.
_PERSONAL = {
    "accounts.token_created": ("token_name", "user_id"),
    "accounts.token_revoked": ("token_name", "user_id"),
}
_DONE = {"INSERT": "inserted", "UPDATE": "updated", "DELETE": "deleted", "TRUNCATE": "truncated"}
_OUTCOMES = {"accounts.sign_in_failed": "FAILED", "approvals.task_expired": "EXPIRED"}


class Line(NamedTuple):
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
    words: str  # to be found by, besides those of the text


@dataclass(slots=True)
class Draft:
    """An entry before its boxes are locked."""

    line: Line
    content: dict[str, Any]
    actor: Actor


def composed(sequence: int, fact: Fact, now: datetime) -> Draft:
    """The entry of this place in the sequence."""
    if fact.event is not None:
        return _of_event(sequence, fact.event, fact.changes, now)
    return _of_change(sequence, fact.changes[0], fact.cause, now)


def _of_event(sequence: int, event: Event, changes: list[Change], now: datetime) -> Draft:
    payload = json.loads(event.payload)
    if may_hold_secrets(event.payload):
        payload = masked(payload)
    written = [name for name in _WRITTEN.get(event.name, ()) if payload.get(name)]
    reason = reason_in(changes) or str(payload.get("cause") or payload.get("reason") or "")
    kind, thing = subject(event.name, payload)
    line = Line(
        sequence=sequence,
        event_id=event.uuid,
        action=action(event.name, payload),
        actor_id=event.actor_id,
        owner_id=_said(payload, changes, "requester_id", "assigned_by_id", "author_id", most=255),
        scheme=_said(payload, changes, "subject"),
        workflow_id=_said(payload, changes, "request_id", "execution"),
        step_id=_said(payload, changes, "stage"),
        subject_kind=kind,
        subject_id=thing,
        outcome=_outcome(event.name, payload),
        correlation_id=event.correlation_id,
        happened_at=event.occurred_at,
        recorded_at=now,
        text=sentence(event.name, actor=ACTOR, payload=payload),
        words=" ".join([reason, *(str(payload[name]) for name in written)]).strip(),
    )
    for name in written:
        payload[name] = Sealed(text_key(event.uuid), payload[name])
    if event.name in _PERSONAL:
        name, person = _PERSONAL[event.name]
        payload[name] = Sealed(person_key(payload[person]), payload[name])
    found = set(links(event.name, payload)) | {_thing(change) for change in changes}
    return _draft(line, event, changes, payload, reason, found)


def _of_change(sequence: int, change: Change, cause: Event | None, now: datetime) -> Draft:
    changes, reason = [change], reason_in([change])
    kind, thing = _thing(change)
    line = Line(
        sequence=sequence,
        event_id=change.uuid,
        action=f"{change.table}.{_DONE.get(change.operation, change.operation.lower())}",
        actor_id=cause.actor_id if cause else f"database:{_role(change)}",
        owner_id=_said({}, changes, "requester_id", "assigned_by_id", "author_id", most=255),
        scheme=_said({}, changes, "subject"),
        workflow_id=thing if kind == "request" else _said({}, changes, "request_id"),
        step_id=_said({}, changes, "stage"),
        subject_kind=kind,
        subject_id=thing,
        outcome=_said({}, changes, "verdict", "status", most=40),
        correlation_id=cause.correlation_id if cause else "",
        happened_at=change.changed_at,
        recorded_at=now,
        text=change_sentence(
            change.operation, actor=ACTOR, table=change.table, fields=change.after or {}
        ),
        words=reason,
    )
    return _draft(line, cause, changes, {}, reason, {(kind, thing)})


def _draft(
    line: Line,
    cause: Event | None,
    changes: list[Change],
    detail: dict[str, Any],
    reason: str,
    found: set[tuple[str, str]],
) -> Draft:
    actor = Actor(
        line.actor_id, cause.actor_label if cause else f"Database role {_role(changes[0])}"
    )
    content = {
        "version": records.VERSION,
        "sequence": line.sequence,
        "event_id": line.event_id,
        "action": line.action,
        "actor": _actor(actor, cause, line.event_id),
        "owner": line.owner_id,
        "scheme": line.scheme,
        "workflow": line.workflow_id,
        "step": line.step_id,
        "object": {"kind": line.subject_kind, "id": line.subject_id},
        "outcome": line.outcome,
        "reason": Sealed(text_key(line.event_id), reason) if reason else "",
        "request_id": line.correlation_id,
        "happened_at": _moment(line.happened_at),
        "recorded_at": _moment(line.recorded_at),
        "text": line.text,
        "detail": detail,
        "links": sorted(link for link in found if link[1]),
        "changes": [recorded(change, line.event_id) for change in changes],
    }
    return Draft(line, content, actor)


def _actor(actor: Actor, cause: Event | None, event_id: str) -> dict[str, Any]:
    known = {"label": actor.label, "ip": "", "client": ""}
    if cause is None or actor.id == SYSTEM.id:
        return {"id": actor.id, **known}
    origin = json.loads(cause.origin) if cause.origin else {}
    key = _whose(cause, event_id)
    return {
        "id": actor.id,
        **{name: Sealed(key, value) for name, value in (known | origin).items()},
    }


def _whose(cause: Event, event_id: str) -> str:
    """
    The key of what tells who it was, and from where.

    Who was not signed in is the person whose account they tried, or nobody that anyone knows:
    then it stands alone, so that it can be erased alone.
    """
    if cause.actor_id != NOBODY.id:
        return person_key(cause.actor_id)
    tried = json.loads(cause.payload).get("user_id")
    return person_key(tried) if tried else text_key(event_id)


def _thing(change: Change) -> tuple[str, str]:
    return kind_of(change), change.object_id


def _role(change: Change) -> str:
    """Of the database session; its program and address follow the role."""
    return change.session.partition(" · ")[0]


def _said(
    payload: Mapping[str, Any], changes: Sequence[Change], *names: str, most: int = 100
) -> str:
    """What the event says under the first of these names, or else the changed rows."""
    for name in names:
        if payload.get(name) not in (None, ""):
            return str(payload[name])[:most]
    return value_in(changes, *names)[:most]


def _outcome(name: str, payload: Mapping[str, Any]) -> str:
    said = payload.get("verdict") or payload.get("status") or _OUTCOMES.get(name, "")
    return str(said)[:40]


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
