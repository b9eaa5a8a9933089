"""What left the database, and the heads that left the building."""

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now

from audit.models.entries import AppendOnly


class Segment(AppendOnly):
    """
    A file in the storage with the records of the entries from `first` to `last`.

    Written down once the file was read back and found to be the same. Only what a segment has may
    go from the database: bodies, and the rows that are searched. Leaves, nodes and seals stay.
    """

    first = models.BigIntegerField(primary_key=True)
    last = models.BigIntegerField(unique=True)
    name = models.CharField(max_length=255)  # in the storage
    digest = models.CharField(max_length=64)  # SHA-256 of the file, in hexadecimal
    size = models.BigIntegerField()  # bytes
    archived_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="audit_segment_is_a_range",
                condition=models.Q(first__gte=1, last__gte=models.F("first")),
            ),
        ]

    def __str__(self) -> str:
        return f"Entries {self.first} to {self.last}"


class SentHead(models.Model):
    """
    That a signed head left the building, or should have.

    One row for a head and a way; what could not be sent says why, and is tried again until a newer
    head went the same way.
    """

    class Way(models.TextChoices):
        FILE = "FILE", "file on this machine"
        S3 = "S3", "object storage with Object Lock"
        MAIL = "MAIL", "digest mail"

    # Nothing is removed: it is the record of what others hold in their hands.
    application_may: ClassVar = ("SELECT", "INSERT", "UPDATE")

    size = models.BigIntegerField()
    way = models.CharField(max_length=4, choices=Way.choices)
    # The address of a mail's reader is not kept: whose id it is.
    to = models.CharField(max_length=255, blank=True)
    # Where it can be found: the object and its version, or the file.
    place = models.CharField(max_length=1100, blank=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        db_table = "audit_sent_head"
        constraints = [
            models.UniqueConstraint(
                fields=["size", "way", "to"], name="audit_a_head_goes_a_way_once"
            ),
        ]
        indexes = [models.Index(fields=["way", "-size"], name="audit_heads_by_way")]

    def __str__(self) -> str:
        return f"Head of {self.size} entries by {self.way}"
