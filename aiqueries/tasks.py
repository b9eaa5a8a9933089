"""What the timer does for AI queries."""

from typing import Any

from celery import shared_task

from aiqueries import services
from aiqueries.services.keeping import forget_texts as forget_old_texts


@shared_task(name="aiqueries.sweep")
def sweep(**_: Any) -> None:
    """End queries that are out of time or cancelled. Two at once divide them."""
    services.sweep()


@shared_task(name="aiqueries.forget_texts")
def forget_texts(**_: Any) -> None:
    """Drop prompts and answers that are older than they are kept. Two at once divide them."""
    forget_old_texts()
