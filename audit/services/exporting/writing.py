"""Entries as the lines of an export, a portion at a time."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.models import ACTOR, SOMEBODY, Entry, Record
from audit.proof import records
from audit.reading import spreadsheets
from audit.reading.selection import Selection
from audit.selectors import keys_for
from audit.services import proving

PORTION = 2000  # entries; what is in memory at once
COLUMNS = (
    *("sequence", "happened_at", "recorded_at", "action", "person_id", "person", "owner_id"),
    *("object_kind", "object_id", "scheme", "workflow_id", "step_id", "outcome", "request_id"),
    "text",
)
HEADING = spreadsheets.BEGINNING + spreadsheets.lines([COLUMNS])


@dataclass(frozen=True, kw_only=True)
class Portion:
    """Some entries, ready to be appended to entries.jsonl and entries.csv."""

    count: int
    first: int
    last: int
    lines: bytes
    sheet: bytes


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be written: the selected entries below a head."""

    selection: Selection
    with_names: bool
    head_size: int

    def count(self) -> int:
        if self.selection.is_everything:
            return self.head_size
        count: int = (
            self.selection.narrow(Entry.objects.all()).filter(sequence__lte=self.head_size).count()
        )
        return count

    def after(self, place: int) -> Portion | None:
        """The next entries after this sequence; None when there are no more."""
        return self._range(place) if self.selection.is_everything else self._selected(place)

    def _range(self, place: int) -> Portion | None:
        last = min(place + PORTION, self.head_size)
        records = _records(sequence__gt=place, sequence__lte=last)
        if not records:
            return None
        entries = Entry.objects.named().filter(sequence__gt=place, sequence__lte=last)
        return self._portion(records, list(entries.order_by("sequence")), proofs=None)

    def _selected(self, place: int) -> Portion | None:
        entries = list(
            self.selection.narrow(Entry.objects.named())
            .filter(sequence__gt=place, sequence__lte=self.head_size)
            .order_by("sequence")[:PORTION]
        )
        if not entries:
            return None
        sequences = [entry.sequence for entry in entries]
        proofs = proving.inclusion(sequences, self.head_size)
        return self._portion(_records(sequence__in=sequences), entries, proofs=proofs)

    def _portion(
        self, records: Sequence[Any], entries: Sequence[Any], *, proofs: list[list[bytes]] | None
    ) -> Portion:
        bodies = [body for _, body, _ in records if body]
        opening = keys_for(bodies) if self.with_names else None
        lines = [
            line(sequence, body, leaf, opening, proofs[place] if proofs is not None else None)
            for place, (sequence, body, leaf) in enumerate(records)
        ]
        return Portion(
            count=len(records),
            first=records[0][0],
            last=records[-1][0],
            lines="".join(lines).encode(),
            sheet=spreadsheets.lines([_row(entry, self.with_names) for entry in entries]),
        )


def _records(**asked: Any) -> list[Any]:
    found = Record.objects.filter(**asked).order_by("sequence")
    return list(found.values_list("sequence", "body", "leaf"))


def line(
    sequence: int,
    body: str,
    leaf: bytes,
    opening: Mapping[str, bytes | None] | None,
    proof: list[bytes] | None,
) -> str:
    """One line of entries.jsonl, as docs/audit.md describes it."""
    said: dict[str, Any] = {"sequence": sequence}
    if body:
        said["body"] = body
    else:
        said["leaf"] = _base64(bytes(leaf))
    if opening is not None and body:
        held = records.box_keys(body, keys=opening)
        said["keys"] = {name: _base64(key) for name, key in held.items()}
    if proof is not None:
        said["proof"] = [_base64(node) for node in proof]
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n"


def _row(entry: Any, with_names: bool) -> list[object]:
    """An entry's line of entries.csv."""
    label = entry.actor_label if with_names else ""
    return [
        entry.sequence,
        entry.happened_at.isoformat(),
        entry.recorded_at.isoformat(),
        entry.action,
        entry.actor_id,
        label,
        entry.owner_id,
        entry.subject_kind,
        entry.subject_id,
        entry.scheme,
        entry.workflow_id,
        entry.step_id,
        entry.outcome,
        entry.correlation_id,
        entry.text.replace(ACTOR, label or SOMEBODY, 1),
    ]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
