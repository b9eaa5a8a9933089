"""Addresses of others that are told what happens, and every message to them."""

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from notifications.kinds import Channel
from notifications.models.deliveries import Delivery, Digest


class Endpoint(models.Model):
    """
    An address that gets messages: a person's own, or the organisation's where nobody owns it.

    A person's gets what they are told by the channel of its format; the organisation's gets what
    happens. Address and secrets are kept locked, for whoever has a chat's address may write there;
    `shown` is what may be seen of the address.
    """

    class Format(models.TextChoices):
        STANDARD = "STANDARD", "Standard Webhooks"
        SLACK = "SLACK", "Slack"
        TEAMS = "TEAMS", "Microsoft Teams"
        GOOGLE_CHAT = "GOOGLE_CHAT", "Google Chat"

    class Status(models.TextChoices):
        ACTIVE = "ACTIVE", "Active"
        FAILING = "FAILING", "Trying again"
        DISABLED = "DISABLED", "Switched off"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", null=True, blank=True
    )
    name = models.CharField(max_length=60)
    format = models.CharField(max_length=12, choices=Format)
    address = models.TextField()
    shown = models.CharField(max_length=200)
    # Empty for the formats of chats, whose address is the secret.
    secret = models.TextField(blank=True)
    # Signs, too, until the receiver has had the time to learn the new one.
    former_secret = models.TextField(blank=True)
    former_until = models.DateTimeField(null=True, blank=True)
    # Kinds of notifications, or names of events for the organisation's; all where empty.
    kinds = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.ACTIVE)
    # Why we switched it off; empty where a person did.
    disabled_because = models.CharField(max_length=255, blank=True)
    # Since the last message that was taken: how many were not, in a row, and since when.
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=255, blank=True)
    # Nothing is sent before: it asked for that, or does not answer.
    wait_until = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name

    @property
    def is_on(self) -> bool:
        return self.status != self.Status.DISABLED

    @property
    def is_signed(self) -> bool:
        return self.format == self.Format.STANDARD

    def rests(self, now: datetime) -> float:
        """For how many seconds it is still to be left alone."""
        return max(0.0, (self.wait_until - now).total_seconds()) if self.wait_until else 0.0

    @property
    def channel(self) -> Channel:
        """By which channel a person's notifications reach it."""
        return Channel.WEBHOOK if self.is_signed else Channel.CHAT


class Message(models.Model):
    """
    One message to an endpoint, and how far it has come.

    `id` is what the receiver knows it by, however often it comes. `tries` counts those of this
    `turn`; sending it again by hand begins another one.
    """

    class Status(models.TextChoices):
        WAITING = "WAITING", "On its way"
        SENT = "SENT", "Taken"
        FAILED = "FAILED", "Given up"
        MISSED = "MISSED", "Not sent: switched off"
        CANCELLED = "CANCELLED", "Withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="messages", db_index=False)
    event_id = models.UUIDField()
    # What it carries for a person; of neither where it tells the organisation what happened.
    delivery = models.ForeignKey(
        Delivery, models.SET_NULL, related_name="messages", null=True, blank=True
    )
    digest = models.ForeignKey(
        Digest, models.SET_NULL, related_name="messages", null=True, blank=True
    )
    type = models.CharField(max_length=100)
    data = models.JSONField(encoder=DjangoJSONEncoder)
    occurred_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    turn = models.PositiveIntegerField(default=1)
    tries = models.PositiveIntegerField(default=0)
    # When this turn began, and when it is tried next.
    queued_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    answer = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "event_id"], name="notifications_one_message_each"
            ),
        ]
        indexes = [
            models.Index(fields=["endpoint", "-created_at", "-id"], name="notifications_log"),
            models.Index(fields=["created_at"], name="notifications_message_age"),
            models.Index(
                fields=["endpoint"],
                name="notifications_on_their_way",
                condition=Q(status="WAITING"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type}: {self.get_status_display()}"

    @property
    def public_id(self) -> str:
        """What receivers know it by, the same on every try."""
        return f"msg_{self.id}"

    @property
    def is_test(self) -> bool:
        return self.type == TEST


TEST = "endpoint.test"
