from typing import Any

from celery import shared_task

from audit import services


@shared_task(name="audit.seal_events")
def seal_events(**_: Any) -> None:
    """Bring the trail up to the newest final event. Of several at once only one writes."""
    services.seal_events()
