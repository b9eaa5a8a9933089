"""Noting how far people are with what they were told."""

from django.db import transaction
from django.db.models.functions import Now

from notifications.exceptions import NotificationNotFound
from notifications.models import Notification
from notifications.services.positions import wake


@transaction.atomic
def mark_read(*, notification_id: int, person_id: object) -> None:
    """
    Note that this person has read it. Doing it twice changes nothing.

    Raises NotificationNotFound when it is not theirs.
    """
    own = Notification.objects.of(person_id).filter(pk=notification_id)
    if own.filter(read_at=None).update(read_at=Now()):
        wake([str(person_id)])
    elif not own.exists():
        raise NotificationNotFound("There is no such notification.")


@transaction.atomic
def mark_all_read(*, person_id: object) -> int:
    """Note that this person has read everything; return how many were unread."""
    count = Notification.objects.of(person_id).unread().update(read_at=Now())
    if count:
        wake([str(person_id)])
    return count
