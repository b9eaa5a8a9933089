"""What the timer does for AI queries."""

from typing import Any

from celery import shared_task

from aiqueries import services


@shared_task(name="aiqueries.sweep")
def sweep(**_: Any) -> None:
    """End queries that are out of time or cancelled. Two at once divide them."""
    services.sweep()
