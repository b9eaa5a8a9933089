"""What nobody will come back for: files that were never confirmed, and rows long taken in."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from approvals.events import ImportDiscarded
from approvals.models import ImportRow, QuestionImport
from core.actor import SYSTEM
from outbox.publishing import publish

KEEP_UNCONFIRMED = timedelta(days=7)
KEEP_ROWS = timedelta(days=30)


def forget_old_imports() -> None:
    """Discard what waits for a confirmation since a week; after a month drop staged rows."""
    now = timezone.now()
    waiting = (*QuestionImport.BEING_CHECKED, QuestionImport.Status.READY)
    forgotten = QuestionImport.objects.filter(
        status__in=waiting, created_at__lt=now - KEEP_UNCONFIRMED
    )
    for import_id in forgotten.values_list("pk", flat=True):
        _discard(import_id)
    ImportRow.objects.filter(question_import__finished_at__lt=now - KEEP_ROWS).delete()


@transaction.atomic
def _discard(import_id: uuid.UUID) -> None:
    chosen = QuestionImport.objects.for_change().get(pk=import_id)
    if not chosen.can_be_discarded:
        return
    chosen.discard(at=timezone.now())
    publish(
        ImportDiscarded(import_id=str(chosen.pk), file_name=chosen.file_name),
        actor=SYSTEM,
    )
