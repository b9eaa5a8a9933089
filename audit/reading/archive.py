"""Reading what lies in the archive."""

import json
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

from django.core.files.storage import default_storage

from audit.models import Record, Segment
from audit.proof import merkle

_LINES = "entries.jsonl"


class ArchiveAltered(Exception):
    """The archive's file, or an entry in it, is not what was archived."""


def segment_of(sequence: int) -> Segment | None:
    """The segment that this entry is in, if it is archived."""
    found: Segment | None = Segment.objects.filter(first__lte=sequence, last__gte=sequence).first()
    return found


def body_of(sequence: int) -> str:
    """
    The record of an archived entry, compared with the leaf that stayed.

    Reads the whole segment. Raises Record.DoesNotExist where there is none, ArchiveAltered, and
    OSError where the storage does not have it.
    """
    segment = segment_of(sequence)
    if segment is None:
        raise Record.DoesNotExist
    with default_storage.open(segment.name) as file:
        data = file.read()
    if sha256(data).hexdigest() != segment.digest:
        raise ArchiveAltered(f"{segment.name} is not the file that was archived.")
    with ZipFile(BytesIO(data)) as packed, packed.open(_LINES) as lines:
        for number, line in enumerate(lines, segment.first):
            if number == sequence:
                return _compared(sequence, json.loads(line)["body"])
    raise ArchiveAltered(f"{segment.name} does not have entry {sequence}.")


def _compared(sequence: int, body: str) -> str:
    leaf = Record.objects.values_list("leaf", flat=True).get(pk=sequence)
    if merkle.leaf_hash(body.encode()) != bytes(leaf):
        raise ArchiveAltered(f"Entry {sequence} of the archive is not the one that was recorded.")
    return body
