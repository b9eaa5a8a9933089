"""The parts of an export beside its entries: heads, manifest, signature; and the zip of them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from audit.models import Seal
from audit.proof.notes import moment
from audit.reading.selection import Selection
from audit.services import signing

FORMAT = "imprimatur-audit-export/1"
LINES, SEALS, MANIFEST, SIGNATURE = "entries.jsonl", "seals.jsonl", "manifest.json", "manifest.sig"
CHUNK = 1 << 20  # bytes
_LEVEL = 3  # of compression: hardly larger than with 6, and twice as fast

Tick = Callable[[], None]  # called now and then in long work


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a manifest says of its export."""

    made_for: str
    selection: Selection
    with_names: bool
    head_size: int
    first: int
    last: int
    count: int


def write_seals(path: Path, content: Content) -> None:
    """seals.jsonl: every head up to the export's; of a selection that one alone."""
    seals = Seal.objects.filter(size__lte=content.head_size).order_by("size")
    if not content.selection.is_everything:
        seals = seals.filter(size=content.head_size)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for note in seals.values_list("note", flat=True).iterator():
            file.write(json.dumps({"note": note}, ensure_ascii=False) + "\n")


def write_manifest(folder: Path, content: Content, *, tick: Tick) -> None:
    """manifest.json over the files in the folder, and its signature. Outside of transactions."""
    files = {name: described(folder / name, tick) for name in (LINES, SEALS)}
    text = json.dumps(_manifest(content, files), ensure_ascii=False, indent=1).encode()
    (folder / MANIFEST).write_bytes(text)
    (folder / SIGNATURE).write_text(signing.sign_manifest(text), encoding="utf-8", newline="\n")


def zip_folder(folder: Path, target: Path, *, tick: Tick) -> None:
    """The four files of an export as one zip file."""
    now = datetime.now(UTC).timetuple()[:6]
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name in (MANIFEST, SIGNATURE, SEALS, LINES):
            info = ZipInfo(name, date_time=now)
            info.compress_type, info.external_attr = ZIP_DEFLATED, 0o600 << 16
            with archive.open(info, "w", force_zip64=True) as member:
                for chunk in chunks(folder / name):
                    member.write(chunk)
                    tick()


def chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def described(path: Path, tick: Tick) -> dict[str, Any]:
    digest, size, lines = sha256(), 0, 0
    for chunk in chunks(path):
        digest.update(chunk)
        size, lines = size + len(chunk), lines + chunk.count(b"\n")
        tick()
    return {"bytes": size, "sha256": digest.hexdigest(), "lines": lines}


def _manifest(content: Content, files: dict[str, Any]) -> dict[str, Any]:
    head = Seal.objects.get(pk=content.head_size)
    return {
        "format": FORMAT,
        "kind": "whole" if content.selection.is_everything else "selection",
        "origin": head.note.partition("\n")[0],
        "made_at": moment(datetime.now(UTC)),
        "made_for": content.made_for,
        "filter": content.selection.written(),
        "first": content.first,
        "last": content.last,
        "count": content.count,
        "head": head.note,
        "before": [],
        "after": [],
        "with_keys": content.with_names,
        "keys": signing.key_list(),
        "files": files,
    }
