"""Messages on their way by a channel, and every attempt at them."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from notifications.kinds import Channel, reasons
from notifications.models.notifications import Notification

WAITING = Q(status="PENDING", released_at__isnull=True)


class Digest(models.Model):
    """One message about all that a person's deliveries had waited for, at the time it was due."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=10, choices=Channel)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "channel", "due_at"], name="notifications_one_digest_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} of {self.due_at:%d %B %Y, %H:%M}"


class OnItsWayQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> Self:
        """Held until their time comes."""
        return self.filter(WAITING)


class Delivery(models.Model):
    """
    One event of a notification on its way to the recipient by one channel.

    Whatever has not been sent when its cause is settled is cancelled. The outbox carries it once
    it is released; `due_at` says when that is.
    """

    class Status(models.TextChoices):
        PENDING = "PENDING", "On its way"
        SENT = "SENT", "Sent"
        CANCELLED = "CANCELLED", "Withdrawn"
        FAILED = "FAILED", "Given up"

    notification = models.ForeignKey(
        Notification, models.CASCADE, related_name="deliveries", db_index=False
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    event_id = models.UUIDField()
    channel = models.CharField(max_length=10, choices=Channel)
    status = models.CharField(max_length=10, choices=Status, db_default=Status.PENDING)
    # What it waits for, where it does not go at once.
    held = models.CharField(max_length=20, choices=reasons, blank=True, db_default="")
    due_at = models.DateTimeField(db_default=Now())
    released_at = models.DateTimeField(null=True, blank=True)
    digest = models.ForeignKey(
        Digest, models.SET_NULL, related_name="deliveries", null=True, blank=True
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    # How it ended, in a sentence that may be shown to the recipient.
    answer = models.CharField(max_length=255, blank=True, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    objects = OnItsWayQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "event_id", "channel"],
                name="notifications_one_delivery_each",
            ),
            # What waits already tells of it when its time comes.
            models.UniqueConstraint(
                fields=["notification", "channel"],
                condition=WAITING,
                name="notifications_one_waiting_delivery",
            ),
        ]
        indexes = [
            models.Index(fields=["notification", "channel"], name="notifications_deliveries"),
            models.Index(
                fields=["due_at"],
                name="notifications_to_release",
                condition=WAITING,
            ),
            # What goes out together with what is due.
            models.Index(
                fields=["recipient", "channel"], name="notifications_waiting", condition=WAITING
            ),
            # How many messages somebody had lately.
            models.Index(
                fields=["recipient", "channel", "-released_at"], name="notifications_lately"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.get_status_display()}"


class Attempt(models.Model):
    """
    One try at sending a delivery, a message to an endpoint, or the one by the other.

    `http_status` is what the other side answered, where it speaks HTTP and did.
    """

    delivery = models.ForeignKey(
        Delivery, models.CASCADE, related_name="attempts", null=True, blank=True
    )
    message = models.ForeignKey(
        "notifications.Message",
        models.CASCADE,
        related_name="attempts",
        null=True,
        blank=True,
    )
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(db_default=Now())
    succeeded = models.BooleanField()
    # Short, and without what the other side might leak into it.
    answer = models.CharField(max_length=255, blank=True)

    def __str__(self) -> str:
        return self.answer
