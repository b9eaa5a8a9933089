"""Facts, and how far each subscriber has come with them."""

import uuid

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Cast, Now

# Waits grow fourfold up to an hour, so the eighth failure comes some two hours after the first.
FAILURES = 8
# With those that nobody answers for: the worker was killed, or the database went away meanwhile.
ATTEMPTS = 28


class Event(models.Model):
    """A fact, written in the same transaction as the change it tells of. Never updated."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    payload = models.JSONField()
    actor_id = models.CharField(max_length=255)
    actor_label = models.CharField(max_length=255)
    correlation_id = models.CharField(max_length=64, blank=True)
    # {"ip", "client"} of the request, where there was one. Personal data.
    origin = models.JSONField(null=True, blank=True)
    occurred_at = models.DateTimeField(db_default=Now())
    # Ids are handed out before commits and may become visible out of order. Readers who must
    # miss nothing stay below pg_snapshot_xmin(pg_current_snapshot()) in this column.
    transaction_id = models.BigIntegerField(
        editable=False,
        db_default=Cast(
            Cast(Func(function="pg_current_xact_id"), models.TextField()), models.BigIntegerField()
        ),
    )

    class Meta:
        indexes = [models.Index(fields=["transaction_id", "id"], name="outbox_event_log_order")]

    def __str__(self) -> str:
        return f"{self.name} {self.uuid}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self) -> "DeliveryQuerySet":
        """Those the relay may hand over now, by the database's clock, oldest first."""
        return self.filter(status=Delivery.Status.WAITING, due_at__lte=Now()).order_by(
            "due_at", "id"
        )

    def dead(self) -> "DeliveryQuerySet":
        return self.filter(status=Delivery.Status.DEAD)


class Delivery(models.Model):
    """One subscriber's copy of one event, and how far it has come."""

    class Status(models.TextChoices):
        WAITING = "WAITING", "Waiting"
        DONE = "DONE", "Done"
        DEAD = "DEAD", "Given up"

    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=100)
    status = models.CharField(max_length=10, choices=Status.choices, db_default=Status.WAITING)
    # Counts up at every claim and never down: it is also the fencing number of the lease.
    attempts = models.PositiveIntegerField(db_default=0)
    attempts_allowed = models.PositiveIntegerField(db_default=ATTEMPTS)
    # Those of the attempts that ended in a refusal of the subscriber's.
    failures = models.PositiveIntegerField(db_default=0)
    # When the relay may hand it over (again). While it is handed over or worked on, this is
    # the end of that lease: should the message or the worker be lost, it simply falls due.
    due_at = models.DateTimeField(db_default=Now())
    error = models.TextField(blank=True, db_default="")
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["event", "subscriber"], name="outbox_one_delivery_per_subscriber"
            ),
            models.CheckConstraint(
                condition=Q(attempts__lte=F("attempts_allowed")),
                name="outbox_no_attempt_beyond_the_allowed",
            ),
        ]
        indexes = [
            # Only waiting rows are ever looked for, so only they are indexed.
            models.Index(fields=["due_at", "id"], name="outbox_due", condition=Q(status="WAITING")),
            models.Index(fields=["-id"], name="outbox_dead", condition=Q(status="DEAD")),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.subscriber} ({self.status})"


class FailedMessageQuerySet(models.QuerySet["FailedMessage"]):
    def dead(self) -> "FailedMessageQuerySet":
        """Those that lie in their queue's dead letters."""
        return self.filter(dead_at__isnull=False)


class FailedMessage(models.Model):
    """
    A message of a queue that failed by its own fault, and how often. Never holds its body.

    SQS counts every reading, and so counts outages and kills against a message; this does not.
    """

    queue = models.CharField(max_length=80)
    message_id = models.CharField(max_length=100)
    failures = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=256)
    failed_at = models.DateTimeField(db_default=Now())
    # Set once it lies in the queue of dead letters.
    dead_at = models.DateTimeField(null=True, blank=True)

    objects = FailedMessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message_id", "queue"], name="outbox_one_row_a_message")
        ]
        indexes = [
            models.Index(
                fields=["queue", "-dead_at"],
                name="outbox_dead_messages",
                condition=Q(dead_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.message_id} of {self.queue}: {self.reason}"
