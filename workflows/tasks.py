"""What beat asks of workflows."""

from typing import Any

from celery import shared_task

from workflows import services


@shared_task(name="workflows.fire_timers")
def fire_timers(**_: Any) -> int:
    """Wake what is due, a bounded number at a time; the next beat takes the rest."""
    return services.fire_timers()
