"""Where the trail's entries are sent as they come."""

import uuid

from django.db import models
from django.db.models.functions import Now


class Stream(models.Model):
    """
    An address that gets a signed message for each entry, in order.

    `position` is the sequence of the last entry that was taken with a 2xx, or that the selection
    left out; it never goes back. Secrets are kept locked (core.webhooks).
    """

    class Status(models.TextChoices):
        ACTIVE = "ACTIVE", "Active"
        PAUSED = "PAUSED", "Paused"
        FAILING = "FAILING", "Paused after failures"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60, unique=True)
    url = models.CharField(max_length=500)
    secret = models.TextField()
    # Signs, too, until the receiver has had the time to learn the new one.
    former_secret = models.TextField(blank=True)
    former_until = models.DateTimeField(null=True)
    # {"actions": [beginnings of action names], "people_only": true}; all where empty.
    filter = models.JSONField(default=dict)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    position = models.BigIntegerField(default=0)
    # In a row, since the last message that was taken.
    failures = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())
    error = models.CharField(max_length=200, blank=True)
    delivered_at = models.DateTimeField(null=True)
    # Who sends for it now; a change of address, filter or state makes it someone else's turn.
    turn = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.status == self.Status.ACTIVE
