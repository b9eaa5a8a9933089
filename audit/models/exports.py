"""Exports that were asked for, and how far they have come."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

ENTRIES, SHEET = "entries.zip", "entries.csv"


class Export(models.Model):
    """
    A copy of the trail, or of a part of it, for somebody to take away.

    It is written in portions to files that only its worker has: after a kill the next worker goes
    on where the last portion ended. What is finished lies in the storage for a week.
    """

    class Status(models.TextChoices):
        WAITING = "WAITING", "Waiting"
        RUNNING = "RUNNING", "Being written"
        FINISHED = "FINISHED", "Ready"
        FAILED = "FAILED", "Failed"
        EXPIRED = "EXPIRED", "Expired"

    FILES: ClassVar = (ENTRIES, SHEET)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_by = models.CharField(max_length=255)  # a person's id
    # As audit.reading.selection.Selection writes it: people stand there by their ids only.
    selection = models.JSONField(default=dict)
    # Whether the keys of the boxes come along: names, addresses, free texts.
    with_names = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    asked_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    # The head that it is proved against; entries beyond it are not in it.
    head_size = models.BigIntegerField(null=True)
    expected = models.BigIntegerField(default=0)  # entries
    written = models.BigIntegerField(default=0)
    # Sequences of the first and of the last entry that is written.
    first = models.BigIntegerField(default=0)
    place = models.BigIntegerField(default=0)
    # How long the worker's files were after the last portion.
    entries_bytes = models.BigIntegerField(default=0)
    sheet_bytes = models.BigIntegerField(default=0)
    # Counts up with every worker that takes it: who has an older number has lost it.
    attempt = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    # Bytes of what can be fetched.
    zip_size = models.BigIntegerField(default=0)
    sheet_size = models.BigIntegerField(default=0)
    # Of an expired or failed one: that nothing of it is left in the storage.
    cleared = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["-asked_at", "-id"], name="audit_exports_newest"),
            models.Index(
                fields=["asked_at"],
                name="audit_exports_to_do",
                condition=models.Q(status__in=["WAITING", "RUNNING"]),
            ),
        ]

    def __str__(self) -> str:
        return f"Export {self.id} ({self.status})"

    @property
    def percent(self) -> int:
        """How much of it is written, in whole percent."""
        if self.status == self.Status.FINISHED:
            return 100
        return min(99, 100 * self.written // self.expected) if self.expected else 0

    @property
    def is_under_way(self) -> bool:
        return self.status in (self.Status.WAITING, self.Status.RUNNING)

    @property
    def folder(self) -> str:
        """Where the storage keeps what was made of it."""
        return f"audit-exports/{self.id}"

    def file(self, name: str) -> str:
        """The name in the storage of one of FILES, as this attempt wrote it."""
        return f"{self.folder}/{self.attempt}/{name}"
