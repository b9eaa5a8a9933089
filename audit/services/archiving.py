"""
Old entries move to the archive: segments in the storage of files, in the form of an export.

First the file is written, read back and compared; then it is recorded; only then do bodies and
search rows go from the database. Killed at any moment, the next round goes on. Leaves, links, nodes
and seals stay, so every proof still verifies.
"""

import base64
import json
import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from audit import doors
from audit.events.keeping import SegmentArchived
from audit.models import Batch, Record, Seal, Segment
from audit.proof import merkle
from audit.proof.notes import moment
from audit.services import proving, signing
from audit.services.exporting import packing, writing
from core.actor import SYSTEM
from outbox.publishing import publish

logger = logging.getLogger(__name__)

AT_MOST = 10_000  # entries in a segment
_AT_ONCE = 1000  # records read at once
_FOLDER = "audit/segments"


class CannotArchive(Exception):
    """What is in the database, or came back from the storage, is not what was recorded."""


def archive_old(*, seconds: float = float("inf"), at_most: int = AT_MOST) -> int:
    """
    Archive what is older than AUDIT_KEEP_DAYS and not held; return how many entries moved.

    A segment with anything under a legal hold waits, all of it. Begins no further segment after
    `seconds`. May be called at any time, by many at once. Raises CannotArchive.
    """
    until = time.monotonic() + seconds
    moved = sum(_remove(segment) for segment in _left_half_way())
    for first, last in _ranges(_last_old_entry(), at_most):
        if time.monotonic() > until:
            break
        if doors.hold_between(first, last) is None:
            moved += _remove(_archived(first, last))
    return moved


def _last_old_entry() -> int:
    """Up to which entry all is old enough, and under a signed head."""
    if not settings.AUDIT_KEEP_DAYS:
        return 0
    before = timezone.now() - timedelta(days=settings.AUDIT_KEEP_DAYS)
    old = Batch.objects.filter(recorded_at__lt=before).order_by("-size").first()
    head = Seal.objects.order_by("-size").first()
    return min(old.size, head.size) if old and head else 0


def _ranges(last: int, at_most: int) -> Iterator[tuple[int, int]]:
    """What is not archived yet, up to `last`, in pieces that are the same each time."""
    first = 1
    while first <= last:
        after = Segment.objects.filter(last__gte=first).order_by("first").first()
        if after is not None and after.first <= first:
            first = after.last + 1
            continue
        end = min(last, ((first - 1) // at_most + 1) * at_most)
        end = min(end, after.first - 1) if after is not None else end
        yield first, end
        first = end + 1


def _left_half_way() -> Iterator[Segment]:
    """Segments that are recorded, and whose entries a killed round left in the database."""
    for segment in Segment.objects.order_by("first"):
        held = Record.objects.filter(sequence__range=(segment.first, segment.last)).exclude(body="")
        if held.exists() and doors.hold_between(segment.first, segment.last) is None:
            yield segment


def _archived(first: int, last: int) -> Segment:
    """Write the segment, read it back, compare, record it. Outside of transactions."""
    with TemporaryDirectory() as folder:
        path = _packed(Path(folder), first, last)
        with path.open("rb") as file:
            digest = _digest(file)
            file.seek(0)
            name = f"{_FOLDER}/{first:012}-{last:012}-{digest[:16]}.zip"
            saved = default_storage.save(name, File(file))
        size = path.stat().st_size
    with default_storage.open(saved) as file:
        if _digest(file) != digest:
            raise CannotArchive(f"{saved} came back from the storage as something else.")
    return _recorded(first=first, last=last, name=saved, digest=digest, size=size)


@transaction.atomic
def _recorded(**segment: Any) -> Segment:
    Segment.objects.bulk_create([Segment(**segment)], ignore_conflicts=True)
    kept: Segment = Segment.objects.get(pk=segment["first"])
    if (kept.last, kept.name) != (segment["last"], segment["name"]):
        # Somebody else was faster. Theirs counts; ours is one file too many.
        transaction.on_commit(lambda: default_storage.delete(segment["name"]))
        return kept
    told = SegmentArchived(first=kept.first, last=kept.last, file=kept.name, sha256=kept.digest)
    publish(told, actor=SYSTEM)
    return kept


def _remove(segment: Segment) -> int:
    with transaction.atomic():
        return doors.remove_archived(segment.first, segment.last)


def _packed(folder: Path, first: int, last: int) -> Path:
    """The segment's zip file, in the form of docs/audit.md."""
    head = Seal.objects.filter(size__gte=last).order_by("size")[0]
    with (folder / packing.LINES).open("w", encoding="utf-8", newline="\n") as lines:
        for sequence, body, leaf in _records(first, last):
            lines.write(writing.line(sequence, body, leaf, None, None))
    notes = Seal.objects.filter(size__range=(first, head.size)).order_by("size")
    with (folder / packing.SEALS).open("w", encoding="utf-8", newline="\n") as seals:
        for note in notes.values_list("note", flat=True):
            seals.write(json.dumps({"note": note}, ensure_ascii=False) + "\n")
    manifest = json.dumps(_manifest(folder, first, last, head), ensure_ascii=False, indent=1)
    (folder / packing.MANIFEST).write_text(manifest, encoding="utf-8", newline="\n")
    signature = signing.sign_manifest(manifest.encode())
    (folder / packing.SIGNATURE).write_text(signature, encoding="utf-8", newline="\n")
    packing.zip_folder(folder, folder / "segment.zip", tick=lambda: None)
    return folder / "segment.zip"


def _manifest(folder: Path, first: int, last: int, head: Seal) -> dict[str, Any]:
    names = (packing.LINES, packing.SEALS)
    return {
        "format": packing.FORMAT,
        "kind": "segment",
        "origin": head.note.partition("\n")[0],
        "made_at": moment(datetime.now(UTC)),
        "made_for": "",
        "filter": {},
        "first": first,
        "last": last,
        "count": last - first + 1,
        "head": head.note,
        "before": _base64(proving.tiles_before(first)),
        "after": _base64(proving.tiles_after(last, head.size)),
        "with_keys": False,
        "keys": signing.key_list(),
        "files": {name: packing.described(folder / name, lambda: None) for name in names},
    }


def _records(first: int, last: int) -> Iterator[tuple[int, str, bytes]]:
    """The records of a range. Raises CannotArchive unless each is there and has its leaf."""
    for start in range(first, last + 1, _AT_ONCE):
        end = min(start + _AT_ONCE - 1, last)
        found = Record.objects.filter(sequence__range=(start, end)).order_by("sequence")
        rows = list(found.values_list("sequence", "body", "leaf"))
        if [row[0] for row in rows] != list(range(start, end + 1)):
            raise CannotArchive(f"Records are missing from {start} to {end}.")
        for sequence, body, leaf in rows:
            if merkle.leaf_hash(body.encode()) != bytes(leaf):
                raise CannotArchive(f"Record {sequence} is not what was recorded.")
            yield sequence, body, bytes(leaf)


def _digest(file: "IO[bytes] | File[bytes]") -> str:
    digest = sha256()
    while chunk := file.read(packing.CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _base64(hashes: list[bytes]) -> list[str]:
    return [base64.b64encode(each).decode() for each in hashes]
