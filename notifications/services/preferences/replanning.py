"""What waits for a person goes by what they want now."""

from dataclasses import replace
from uuid import UUID

from django.utils import timezone

from notifications.kinds import Kind, Outcome
from notifications.models import Delivery
from notifications.planning import Way, ways
from notifications.selectors import recent_of, wishes_of


def replan(person_id: UUID) -> None:
    """
    Plan anew what is held for this person, as if it were told now.

    What they want at once goes with the next round of the timer, what they switched off is
    cancelled. Belongs inside a transaction that holds the lock of positions.
    """
    key, now = str(person_id), timezone.now()
    held = Delivery.objects.waiting().filter(recipient_id=person_id).order_by("pk")
    wishes = replace(wishes_of([key])[key], recent=recent_of([key], at=now).get(key, {}))
    locked = held.select_for_update(of=("self",), no_key=True)
    for delivery in locked.select_related("notification"):
        told = delivery.notification
        for way in ways(Kind(told.kind), wishes, at=now, due_at=told.due_at):
            if way.channel == delivery.channel:
                _place(delivery, way)


def _place(delivery: Delivery, way: Way) -> None:
    if way.outcome == Outcome.DROP:
        delivery.status = Delivery.Status.CANCELLED
        delivery.answer = "You switched it off in your settings."
    else:
        delivery.due_at = way.until or timezone.now()
        delivery.held = way.because[-1]
    delivery.save(update_fields=["status", "answer", "due_at", "held"])
