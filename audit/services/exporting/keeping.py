"""What becomes of finished exports: fetched, expired, forgotten."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.roles import ADMINISTRATORS, AUDITORS, has_role
from audit.events import ExportDownloaded, ExportExpired
from audit.exceptions import ExportGone, ExportNotFound, ExportNotReady
from audit.models import Export
from core.actor import SYSTEM
from outbox.publishing import publish

_STRAY = timedelta(days=1)  # a worker's folder that is older belongs to nobody


def visible_exports(person: Any) -> Any:
    """The exports that this person may see; those with names are for auditors."""
    if has_role(person, AUDITORS):
        return Export.objects.all()
    if has_role(person, ADMINISTRATORS):
        return Export.objects.filter(with_names=False)
    return Export.objects.none()


def open_export(*, export_id: UUID, file: str, person: User) -> IO[bytes]:
    """
    One of an export's files, to be sent to this person; that it was fetched is recorded.

    Raises ExportNotFound, ExportNotReady, ExportGone.
    """
    export = visible_exports(person).filter(pk=export_id).first()
    if export is None or file not in Export.FILES:
        raise ExportNotFound("There is no such export.")
    if export.status in (Export.Status.EXPIRED, Export.Status.FAILED):
        raise ExportGone("This export is no longer kept. Ask for a new one.")
    if export.status != Export.Status.FINISHED:
        raise ExportNotReady("This export is still being written.")
    with transaction.atomic():
        publish(ExportDownloaded(export_id=str(export.pk), file=file), actor=person.as_actor())
    opened: IO[bytes] = default_storage.open(export.file(file))
    return opened


def expire_exports() -> int:
    """Put an end to what is a week old, and remove what is left of exports that ended."""
    now = timezone.now()
    due = Export.objects.filter(status=Export.Status.FINISHED, expires_at__lte=now)
    count = sum(_expired(pk, "a week is over") for pk in due.values_list("pk", flat=True))
    for export in Export.objects.filter(
        status__in=[Export.Status.EXPIRED, Export.Status.FAILED], cleared=False
    ):
        clear(export)
        shutil.rmtree(_workshops() / str(export.pk), ignore_errors=True)
        Export.objects.filter(pk=export.pk).update(cleared=True)
    _sweep_workshops()
    return count


def forget_exports(person_id: str) -> int:
    """
    End every export that has names in it, finished or not; returns how many.

    For an erasure, in its transaction: nobody can fetch them from its commit on. The files go with
    the next `expire_exports()`, which follows within seconds.
    """
    named = Export.objects.filter(with_names=True).filter(
        status__in=[Export.Status.WAITING, Export.Status.RUNNING, Export.Status.FINISHED]
    )
    return sum(_expired(pk, "somebody was erased") for pk in named.values_list("pk", flat=True))


def clear(export: Export, *, but: str = "") -> None:
    """Remove from the storage what any attempt left there, except for the one named."""
    for attempt in range(1, export.attempt + 1):
        folder = f"{export.folder}/{attempt}"
        if str(attempt) == but:
            continue
        for name in _names_in(folder):
            default_storage.delete(f"{folder}/{name}")


@transaction.atomic
def _expired(export_id: UUID, reason: str) -> int:
    ended = (
        Export.objects.filter(pk=export_id)
        .exclude(status__in=[Export.Status.EXPIRED, Export.Status.FAILED])
        .update(status=Export.Status.EXPIRED, lease_until=None)
    )
    if ended:
        publish(ExportExpired(export_id=str(export_id), reason=reason), actor=SYSTEM)
    return ended


def _names_in(folder: str) -> list[str]:
    try:
        return list(default_storage.listdir(folder)[1])
    except FileNotFoundError:
        return []


def _workshops() -> Path:
    path: Path = settings.VAR_DIR / "audit-exports"
    return path


def _sweep_workshops() -> None:
    """Remove the folders of exports that nobody on this machine will go on with."""
    old = (timezone.now() - _STRAY).timestamp()
    under_way = Q(status__in=[Export.Status.WAITING, Export.Status.RUNNING])
    kept = {str(pk) for pk in Export.objects.filter(under_way).values_list("pk", flat=True)}
    for folder in _workshops().glob("*"):
        if folder.name not in kept and folder.stat().st_mtime < old:
            shutil.rmtree(folder, ignore_errors=True)
