"""The work on exports: claimed by lease, done in portions, taken up again after a kill."""

import fcntl
import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.events import ExportFailed, ExportFinished
from audit.models import ENTRIES, SHEET, Export, Seal
from audit.reading.selection import Selection
from audit.services import signing
from audit.services.exporting import keeping, packing
from audit.services.exporting.writing import HEADING, Wanted
from core.actor import SYSTEM
from outbox.publishing import publish

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
KEPT_FOR = timedelta(days=7)
FAILURES_ALLOWED = 5
PAUSE = timedelta(seconds=20)  # after a failure
_RENEW_EVERY = 10.0  # seconds


class NothingSealed(Exception):
    """There is no signed head yet, so nothing could be proved of an export."""


class _Lost(Exception):
    """Another worker has it now, or nobody wants it any more."""


def make_exports(*, seconds: float) -> None:
    """Work at exports that wait, or were left half-way, for about so long."""
    until = time.monotonic() + seconds
    while (export := _claimed()) is not None:
        _work(export, until)
        if time.monotonic() >= until:
            return


@transaction.atomic
def _claimed() -> Export | None:
    """The oldest export that nobody works at."""
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    export = (
        Export.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(free, status__in=[Export.Status.WAITING, Export.Status.RUNNING])
        .order_by("asked_at")
        .first()
    )
    if export is not None:
        export.status = Export.Status.RUNNING
        export.attempt += 1
        export.lease_until = now + LEASE
        export.save(update_fields=["status", "attempt", "lease_until"])
    return export


def _work(export: Export, until: float) -> None:
    try:
        with _workshop(export) as bench:
            if bench is None:
                return  # whoever holds it on this machine is still at it, and will find it lost
            if _written(export, bench, until):
                _finish(export, bench)
    except _Lost:
        return
    except Exception as error:
        logger.exception("Could not go on with export %s", export.pk)
        _count_failure(export, error)


class _Bench:
    """The files that an export is written to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines = folder / packing.LINES
        self.sheet = folder / SHEET

    def take_up(self, export: Export) -> None:
        """Cut off what came after the last portion; begin anew where something is missing."""
        lengths = {self.lines: export.entries_bytes, self.sheet: export.sheet_bytes}
        if any(not path.exists() or path.stat().st_size < most for path, most in lengths.items()):
            export.written = export.place = export.first = 0
            export.entries_bytes, export.sheet_bytes = 0, 0
        if not export.place:
            self.lines.write_bytes(b"")
            self.sheet.write_bytes(HEADING)
            export.sheet_bytes = len(HEADING)
        os.truncate(self.lines, export.entries_bytes)
        os.truncate(self.sheet, export.sheet_bytes)


@contextmanager
def _workshop(export: Export) -> Iterator[_Bench | None]:
    """A folder of this machine for one export, locked; None where another process has it."""
    folder = workshops() / str(export.pk)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(folder / "lock", "ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        yield _Bench(folder)


def workshops() -> Path:
    """Where exports are written on this machine, a folder each."""
    path: Path = settings.VAR_DIR / "audit-exports"
    return path


def _written(export: Export, bench: _Bench, until: float) -> bool:
    """Write portion after portion; False when the time was up before the end."""
    bench.take_up(export)
    wanted = _wanted(export)
    with bench.lines.open("ab") as lines, bench.sheet.open("ab") as sheet:
        while (portion := wanted.after(export.place)) is not None:
            _append(lines, portion.lines)
            _append(sheet, portion.sheet)
            export.first = export.first or portion.first
            export.place, export.written = portion.last, export.written + portion.count
            export.entries_bytes += len(portion.lines)
            export.sheet_bytes += len(portion.sheet)
            if time.monotonic() >= until:
                _note(export, lease_until=None)
                return False
            _note(export)
    return True


def _append(file: IO[bytes], data: bytes) -> None:
    file.write(data)
    file.flush()


def _wanted(export: Export) -> Wanted:
    selection = Selection.read(export.selection)
    if export.head_size is None:
        signing.sign_head()
        newest = Seal.objects.order_by("-size").first()
        if newest is None:
            raise NothingSealed("The trail has no signed head yet.")
        export.head_size = newest.size
    wanted = Wanted(selection=selection, with_names=export.with_names, head_size=export.head_size)
    export.expected = export.expected or wanted.count()
    _note(export)
    return wanted


def _note(export: Export, **changes: Any) -> None:
    """Write down how far it is, and keep the lease. Raises _Lost."""
    progress = ("head_size", "expected", "written", "first", "place", "entries_bytes")
    noted = {name: getattr(export, name) for name in (*progress, "sheet_bytes")}
    _update(export, **{"lease_until": timezone.now() + LEASE, **noted, **changes})


def _update(export: Export, **changes: Any) -> None:
    mine = Export.objects.filter(pk=export.pk, attempt=export.attempt, status=Export.Status.RUNNING)
    if not mine.update(**changes):
        raise _Lost


def _finish(export: Export, bench: _Bench) -> None:
    tick = _renewing(export)
    content = packing.Content(
        made_for=export.asked_by,
        selection=Selection.read(export.selection),
        with_names=export.with_names,
        head_size=export.head_size or 0,
        first=export.first,
        last=export.place,
        count=export.written,
    )
    packing.write_seals(bench.folder / packing.SEALS, content)
    packing.write_manifest(bench.folder, content, tick=tick)
    packed = bench.folder / ENTRIES
    packing.zip_folder(bench.folder, packed, tick=tick)
    for name in Export.FILES:
        with (bench.folder / name).open("rb") as file:
            default_storage.save(export.file(name), File(file))
        tick()
    _settle(export, zip_size=packed.stat().st_size, sheet_size=export.sheet_bytes)
    keeping.clear(export, but=str(export.attempt))
    shutil.rmtree(bench.folder, ignore_errors=True)


def _renewing(export: Export) -> packing.Tick:
    """What keeps the lease while something lasts."""
    renewed = time.monotonic()

    def tick() -> None:
        nonlocal renewed
        if time.monotonic() - renewed > _RENEW_EVERY:
            _note(export)
            renewed = time.monotonic()

    return tick


@transaction.atomic
def _settle(export: Export, **sizes: int) -> None:
    now = timezone.now()
    _update(
        export,
        status=Export.Status.FINISHED,
        finished_at=now,
        expires_at=now + KEPT_FOR,
        lease_until=None,
        error="",
        **sizes,
    )
    publish(
        ExportFinished(
            export_id=str(export.pk),
            count=export.written,
            head_size=export.head_size or 0,
            with_names=export.with_names,
            selection=export.selection,
        ),
        actor=SYSTEM,
    )


@transaction.atomic
def _count_failure(export: Export, error: Exception) -> None:
    """Later again, or given up after five failures. The words are for people."""
    failures = export.failures + 1
    given_up = failures >= FAILURES_ALLOWED
    unexpected = f"Something went wrong here ({type(error).__name__})."
    reason = str(error) if isinstance(error, NothingSealed) else unexpected
    try:
        _update(
            export,
            failures=failures,
            error=reason[:300],
            lease_until=timezone.now() + PAUSE,
            status=Export.Status.FAILED if given_up else Export.Status.RUNNING,
        )
    except _Lost:
        return
    if given_up:
        publish(ExportFailed(export_id=str(export.pk), reason=reason), actor=SYSTEM)
