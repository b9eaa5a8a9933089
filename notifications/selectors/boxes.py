"""The lists that a person's notifications stand in."""

from collections.abc import Callable, Mapping

from django.db import models

from notifications.models import Notification, NotificationQuerySet

# Stated wherever a box is read a page at a time.
ORDER = ("-rank", "-id")


class Box(models.TextChoices):
    """A notification is in the inbox, put off or put away; unread is a part of the inbox."""

    INBOX = "inbox", "Inbox"
    UNREAD = "unread", "Unread"
    SNOOZED = "snoozed", "Snoozed"
    ARCHIVED = "archived", "Archived"


_IN: Mapping[Box, Callable[[NotificationQuerySet], NotificationQuerySet]] = {
    Box.INBOX: NotificationQuerySet.inbox,
    Box.UNREAD: NotificationQuerySet.unread,
    Box.SNOOZED: NotificationQuerySet.snoozed,
    Box.ARCHIVED: NotificationQuerySet.archived,
}


def in_box(person_id: object, box: Box) -> NotificationQuerySet:
    """The person's notifications there, in no order yet."""
    return _IN[box](Notification.objects.of(person_id))


def is_in(told: Notification, box: Box) -> bool:
    """Whether this row, as it was read, belongs there."""
    match told.state:
        case Notification.State.ARCHIVED:
            return box == Box.ARCHIVED
        case Notification.State.SNOOZED:
            return box == Box.SNOOZED
    return box == Box.INBOX or (box == Box.UNREAD and told.is_unread)
