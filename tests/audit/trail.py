"""Entries made without events."""

from uuid import uuid4

from django.utils import timezone

from audit.models import Entry


def entry(sequence, **fields):
    return Entry.objects.create(
        **{
            "sequence": sequence,
            "event_id": uuid4(),
            "action": "approvals.task_decided",
            "actor_id": "asha",
            "actor_label": "Asha Rao",
            "subject_kind": "task",
            "subject_id": f"t-{sequence}",
            "correlation_id": "request-0001",
            "happened_at": timezone.now(),
            "text": "Asha Rao approved “Which gas law?”.",
            "detail": {"verdict": "APPROVED"},
            **fields,
        }
    )
