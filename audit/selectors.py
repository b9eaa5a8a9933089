"""What pages and API ask of the trail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from audit.models import Batch, Entry, Key, Record, Seal, SentHead
from audit.proof import records
from audit.reading import archive


def record_of(sequence: int) -> dict[str, Any]:
    """
    The full data set of an entry, with all that was not erased, from the archive if need be.

    Raises Record.DoesNotExist, archive.ArchiveAltered.
    """
    body = Record.objects.values_list("body", flat=True).get(pk=sequence)
    return opened(body or archive.body_of(sequence))


def opened(body: str) -> dict[str, Any]:
    """A record with what its boxes hold, as far as their keys are still there."""
    return records.opened(body, keys=keys_for([body]))


def opened_all(bodies: Mapping[int, str]) -> dict[int, dict[str, Any]]:
    """Many records at once, by their sequences, with one query for all keys."""
    keys = keys_for(list(bodies.values()))
    return {sequence: records.opened(body, keys=keys) for sequence, body in bodies.items()}


def keys_for(bodies: list[str]) -> dict[str, bytes | None]:
    """The keys of all boxes in these records, in one query."""
    names = {name for body in bodies for name in records.boxes(body)}
    kept = Key.objects.filter(name__in=names).values_list("name", "key")
    return {name: None if key is None else bytes(key) for name, key in kept}


_KINDS = """
WITH RECURSIVE kinds AS (
    (SELECT kind FROM audit_link ORDER BY kind LIMIT 1)
    UNION ALL
    SELECT (SELECT kind FROM audit_link WHERE kind > kinds.kind ORDER BY kind LIMIT 1)
    FROM kinds WHERE kinds.kind IS NOT NULL
)
SELECT kind FROM kinds WHERE kind IS NOT NULL
"""


def kinds_of_things() -> list[str]:
    """Every kind of thing that an entry concerns: one look into the index for each."""
    with connection.cursor() as cursor:
        cursor.execute(_KINDS)
        return [kind for (kind,) in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Health:
    """How far entries are under signed heads, and where these heads are kept besides here."""

    size: int
    waiting: int  # entries that no head is over yet
    seal: Seal | None
    head: list[str]  # the newest head's signed text
    sent: list[SentHead]  # the newest head that went each way
    unsent: list[SentHead]  # what did not go out, where nothing newer went the same way


def health_of_proof() -> Health:
    batch, seal = (model.objects.order_by("-size").first() for model in (Batch, Seal))
    size = batch.size if batch else 0
    sent = SentHead.objects.filter(sent_at__isnull=False).order_by("way", "-size").distinct("way")
    return Health(
        size=size,
        waiting=size - (seal.size if seal else 0),
        seal=seal,
        head=seal.note.split("\n") if seal else [],
        sent=list(sent),
        unsent=_unsent(),
    )


def _unsent() -> list[SentHead]:
    newer = SentHead.objects.filter(
        way=OuterRef("way"), to=OuterRef("to"), size__gt=OuterRef("size"), sent_at__isnull=False
    )
    failed = SentHead.objects.filter(sent_at__isnull=True).exclude(error="")
    return list(failed.filter(~Exists(newer)).order_by("way", "-size")[:10])


def latest_of(action: str) -> tuple[Entry, dict[str, Any]] | None:
    """The newest entry of this action, with its detail."""
    found = Entry.objects.named().filter(action=action).order_by("-sequence").first()
    return None if found is None else (found, record_of(found.sequence)["detail"])
