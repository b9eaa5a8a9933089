"""What the timer does for notifications."""

from typing import Any

from celery import shared_task

from notifications import services
from notifications.services import endpoints

# More than that is for the next round of the timer.
PORTIONS = 20


@shared_task(name="notifications.release_due")
def release_due(**_: Any) -> None:
    """Send what was held until now, a portion at a time; two at once make nothing twice."""
    for _round in range(PORTIONS):
        if not services.release_due():
            return


@shared_task(name="notifications.wake_snoozed")
def wake_snoozed(**_: Any) -> None:
    """Bring back what was put off until now. Two at once take turns, and find it once."""
    services.wake_snoozed()


@shared_task(name="notifications.forget_messages")
def forget_messages(**_: Any) -> None:
    """Drop messages to endpoints, and their logs, after thirty days."""
    endpoints.forget_old_messages()
