"""Receipts: one entry with all that proves it, for people to keep."""

import base64
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from accounts.roles import ADMINISTRATORS, AUDITORS, has_role
from accounts.things import may_see
from audit.exceptions import EntryArchived, EntryNotFound, NotSealedYet
from audit.models import Entry, Record, Seal
from audit.proof import notes, records
from audit.proof.records import person_key, text_key
from audit.selectors import keys_for
from audit.services import proving, signing

FORMAT = "imprimatur-audit-receipt/1"
DECIDED = "approvals.task_decided"
CLOSED = "approvals.request_closed"


def receipt(*, sequence: int, person: User) -> dict[str, Any]:
    """
    The receipt of an entry, of the shape in docs/audit.md.

    Auditors and administrators have one of every entry, with all of its boxes open. Others have
    one of a decision on something they may see: their own, one on what they asked for, or any
    once the request is closed. Theirs opens what was said and their own data, nobody else's.
    Raises EntryNotFound, NotSealedYet, and EntryArchived.
    """
    entry = Entry.objects.filter(pk=sequence).first()
    if entry is None or not _may_have(person, entry):
        raise EntryNotFound("There is no such entry in the audit trail, or none for you.")
    seal = Seal.objects.order_by("-size").first()
    if seal is None or seal.size < sequence:
        raise NotSealedYet("The entry is not under a signed head yet. Ask again in a moment.")
    body = Record.objects.values_list("body", flat=True).get(pk=sequence)
    if not body:
        raise EntryArchived("The entry lies in the archive; its segment proves it.")
    (path,) = proving.inclusion([sequence], seal.size)
    keys, withheld = _disclosed(body, entry, person)
    return {
        "format": FORMAT,
        "issued_at": notes.moment(datetime.now(UTC)),
        "sequence": sequence,
        "body": body,
        "keys": keys,
        "withheld": withheld,
        "proof": [_text(each) for each in path],
        "note": seal.note,
        "vkeys": signing.key_list(),
    }


def decisions(
    *,
    person: User,
    event_id: UUID | None = None,
    task_id: UUID | None = None,
    request_id: UUID | None = None,
) -> list[int]:
    """The entries of an event, or of decisions, of which this person has receipts."""
    found = Entry.objects.order_by("sequence")
    if request_id is not None:
        found = found.filter(action=DECIDED, workflow_id=str(request_id))
    if event_id is not None:
        found = found.filter(event_id=event_id)
    if task_id is not None:
        found = found.filter(action=DECIDED, subject_kind="task", subject_id=str(task_id))
    return [entry.sequence for entry in found if _may_have(person, entry)]


def _may_have(person: User, entry: Entry) -> bool:
    if has_role(person, AUDITORS, ADMINISTRATORS):
        return True
    # Entries of other kinds may tell of more than the thing that they are about.
    if entry.action != DECIDED or not may_see(person, entry.subject_kind, entry.subject_id):
        return False
    return str(person.pk) in (entry.actor_id, entry.owner_id) or _is_closed(entry)


def _is_closed(entry: Entry) -> bool:
    """Until then assessors are not to know of each other's verdicts."""
    closings = Entry.objects.filter(action=CLOSED, workflow_id=entry.workflow_id)
    return bool(entry.workflow_id) and closings.filter(sequence__gt=entry.sequence).exists()


def _disclosed(body: str, entry: Entry, person: User) -> tuple[dict[str, str], list[str]]:
    """Keys of the boxes that this person may open, and the names of the others."""
    held = records.box_keys(body, keys=keys_for([body]))
    found = {name: _text(key) for name, key in held.items()}
    if has_role(person, AUDITORS, ADMINISTRATORS):
        return found, []
    theirs = {person_key(str(person.pk)), text_key(entry.event_id)}
    return _only(found, theirs), sorted(found.keys() - theirs)


def _only(keys: dict[str, str], names: Iterable[str]) -> dict[str, str]:
    return {name: keys[name] for name in names if name in keys}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
