"""An export written at once into a folder: for the command."""

import secrets
import shutil
from pathlib import Path

from django.db import transaction

from audit.events import ExportFinished
from audit.exceptions import FolderTaken, NothingToExport
from audit.models import SHEET, Seal
from audit.reading.selection import Selection
from audit.services import signing
from audit.services.exporting import packing
from audit.services.exporting.writing import HEADING, Wanted
from core.actor import SYSTEM
from outbox.publishing import publish


def write_export(*, folder: Path, selection: Selection, with_names: bool) -> int:
    """
    Write the four files of an export, and entries.csv, into a folder that does not exist yet.

    The folder appears when all is written. Returns the number of entries. Raises FolderTaken and
    NothingToExport.
    """
    if folder.exists():
        raise FolderTaken(f"{folder} is there already.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    part.mkdir(mode=0o700)
    try:
        content = _fill(part, selection, with_names)
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    with transaction.atomic():
        publish(
            ExportFinished(
                export_id="",
                count=content.count,
                head_size=content.head_size,
                with_names=with_names,
                selection=selection.written(),
            ),
            actor=SYSTEM,
        )
    return content.count


def _fill(folder: Path, selection: Selection, with_names: bool) -> packing.Content:
    signing.sign_head()
    head = Seal.objects.order_by("-size").first()
    if head is None:
        raise NothingToExport("The trail has no signed head yet.")
    wanted = Wanted(selection=selection, with_names=with_names, head_size=head.size)
    first = last = count = 0
    with (folder / packing.LINES).open("wb") as lines, (folder / SHEET).open("wb") as sheet:
        sheet.write(HEADING)
        while (portion := wanted.after(last)) is not None:
            lines.write(portion.lines)
            sheet.write(portion.sheet)
            first, last, count = first or portion.first, portion.last, count + portion.count
    content = packing.Content(
        made_for="",
        selection=selection,
        with_names=with_names,
        head_size=head.size,
        first=first,
        last=last,
        count=count,
    )
    packing.write_seals(folder / packing.SEALS, content)
    packing.write_manifest(folder, content, tick=lambda: None)
    return content
