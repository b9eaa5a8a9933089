"""What workers do for the outbox."""

from typing import Any

from celery import shared_task

from outbox import delivery, housekeeping, messages


@shared_task(name="outbox.deliver")
def deliver(*, handed: list[tuple[int, int]], **_: Any) -> None:
    """Deliver each (delivery id, attempts so far) handed over; a second copy does nothing."""
    delivery.deliver([(key, attempts) for key, attempts in handed])


@shared_task(name="outbox.prune")
def prune(**_: Any) -> None:
    """Delete what is long settled; dead letters and what the log's readers still need stay."""
    housekeeping.prune()
    messages.prune()
