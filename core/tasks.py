"""Housekeeping of what core remembers."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from core.models import IdempotentAnswer

KEPT_FOR = timedelta(days=7)


@shared_task(name="core.forget_old_answers")
def forget_old_answers() -> int:
    """Delete answers whose key nobody will send again; returns how many."""
    deleted, _ = IdempotentAnswer.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    return deleted
