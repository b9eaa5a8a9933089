"""What a person's bell and list show."""

from notifications.models import Notification


def unread_count(person_id: object) -> int:
    """What the badge says: the number of rows that the list shows as unread."""
    return Notification.objects.of(person_id).unread().count()
