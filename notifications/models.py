"""What people are told, and whether they have read it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class NotificationQuerySet(models.QuerySet["Notification"]):
    def of(self, person_id: object) -> Self:
        return self.filter(recipient_id=person_id)

    def unread(self) -> Self:
        """What the bell counts."""
        return self.filter(read_at__isnull=True)

    def newest_first(self) -> Self:
        return self.order_by("-id")


class Notification(models.Model):
    """
    One thing told to one person, and why to this person.

    Ids become visible in order: whoever has seen one has seen, or could have, all lower ones.
    """

    class Kind(models.TextChoices):
        TASK_ASSIGNED = "TASK_ASSIGNED", "Task for you"
        TASK_PASSED_ON = "TASK_PASSED_ON", "Task passed to you"
        TASK_TAKEN_AWAY = "TASK_TAKEN_AWAY", "Task given to another"
        TASK_EXPIRED = "TASK_EXPIRED", "Task expired"
        REVISION_REQUESTED = "REVISION_REQUESTED", "Changes requested"
        REQUEST_WITHDRAWN = "REQUEST_WITHDRAWN", "Request withdrawn"
        REQUEST_CLOSED = "REQUEST_CLOSED", "Outcome"
        FROM_SERVICE = "FROM_SERVICE", "From another service"
        REQUEST_REOPENED = "REQUEST_REOPENED", "Request goes on"
        REPAIR_PARKED = "REPAIR_PARKED", "Needs seeing to"

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    event_id = models.UUIDField()
    kind = models.CharField(max_length=40, choices=Kind)
    # May quote the question, and is shown inside the product only.
    title = models.CharField(max_length=255)
    # Goes into e-mails too: no word of the question.
    body = models.TextField(blank=True)
    reason = models.CharField(max_length=255)
    url = models.CharField(max_length=255)
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True, blank=True)
    emailed_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "event_id"], name="notifications_one_per_person_and_event"
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notifications_list"),
            models.Index(
                fields=["recipient", "-id"],
                name="notifications_unread",
                condition=Q(read_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title
