"""What the timer does for notifications."""

from typing import Any

from celery import shared_task

from notifications import services


@shared_task(name="notifications.release_due")
def release_due(**_: Any) -> None:
    """Send what was held until now. Two at once divide the deliveries between them."""
    services.release_due()


@shared_task(name="notifications.wake_snoozed")
def wake_snoozed(**_: Any) -> None:
    """Bring back what was put off until now. Two at once take turns, and find it once."""
    services.wake_snoozed()
