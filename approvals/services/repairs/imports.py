"""Imports that nobody works on any more."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from approvals.events import ImportConfirmed, ImportResumed, ImportUploaded
from approvals.models import QuestionImport, Repair
from approvals.services.bringing.checking import check_import
from approvals.services.bringing.importing import import_checked_rows
from approvals.services.repairs.recording import Trouble, made_of_late, park, record_made
from core.actor import SYSTEM
from outbox.publishing import publish
from outbox.selectors import awaited

# Longer than the largest file takes, also where a command reads it without any delivery.
STALLED = timedelta(hours=1)
QUITE_A_WHILE = timedelta(days=7)
MOST = 20
_ANNOUNCED_BY = (ImportUploaded.name, ImportConfirmed.name, ImportResumed.name)


def resume_stalled_imports(now: datetime) -> tuple[int, int]:
    """
    Have files taken up again whose work was begun and then given up or forgotten.

    A file that stalls a second time is parked. Returns how many were resumed and parked.
    """
    old = QuestionImport.objects.filter(
        status__in=QuestionImport.AT_WORK, created_at__lt=now - STALLED
    )
    ids = [str(key) for key in old.order_by("created_at").values_list("pk", flat=True)[:MOST]]
    in_hand = awaited(_ANNOUNCED_BY, "import_id", ids) if ids else set()
    outcomes = [_resume(key) for key in ids if key not in in_hand]
    return outcomes.count("resumed"), outcomes.count("parked")


@transaction.atomic
def _resume(import_id: str) -> str:
    stalled = QuestionImport.objects.for_change().get(pk=import_id)
    if not stalled.is_at_work:
        return ""
    trouble = Trouble(
        kind=Repair.Kind.STALLED_IMPORT,
        found=f"Nobody works on the file any more: {stalled.get_status_display().lower()}.",
    )
    if made_of_late(stalled, trouble.kind, within=QUITE_A_WHILE):
        new = park(stalled, trouble, "It was taken up again once, and stood still again.")
        return "parked" if new else ""
    publish(ImportResumed(import_id=str(stalled.pk), file_name=stalled.file_name), actor=SYSTEM)
    record_made(stalled, trouble, "It is taken up again.")
    return "resumed"


def resume_import(*, import_id: uuid.UUID) -> None:
    """Go on with a file where its work was left: checking it, or taking its good rows in."""
    stalled = QuestionImport.objects.get(pk=import_id)
    if stalled.status in QuestionImport.BEING_CHECKED:
        check_import(import_id=import_id)
    elif stalled.status == QuestionImport.Status.IMPORTING:
        import_checked_rows(import_id=import_id, actor=SYSTEM)
