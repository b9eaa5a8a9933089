"""What happened, written once."""

from typing import Any, NoReturn, Self

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.actor import SYSTEM

REFUSAL = "The audit trail is append-only."


class EntryQuerySet(models.QuerySet["Entry"]):
    def newest_first(self) -> Self:
        return self.order_by("-sequence")

    def by_person(self, words: str) -> Self:
        """Those done by the person with this id, or whose name then held these words."""
        return self.filter(Q(actor_id=words) | Q(actor_label__icontains=words))

    def by_people(self) -> Self:
        """Without what the machine did by itself."""
        return self.exclude(actor_id=SYSTEM.id)

    def update(self, **_: Any) -> NoReturn:
        raise TypeError(REFUSAL)

    def delete(self) -> NoReturn:
        raise TypeError(REFUSAL)


class Entry(models.Model):
    """
    One line of the audit trail: who did what to which thing, and when.

    The names are those of that day. Nothing here refers to another table, so an entry stays
    readable when the person or the thing is gone. The database refuses to change or remove one.
    """

    # Without gaps, in an order in which the events may have happened.
    sequence = models.BigIntegerField(primary_key=True)
    event_id = models.UUIDField(unique=True)
    action = models.CharField(max_length=100)
    actor_id = models.CharField(max_length=255)
    actor_label = models.CharField(max_length=255)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=255, blank=True)
    # The X-Request-ID of the request that set it off: one id for everything that followed.
    correlation_id = models.CharField("request id", max_length=64, blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    text = models.TextField()
    detail = models.JSONField()

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["action", "-sequence"], name="audit_by_action"),
            models.Index(fields=["actor_id", "-sequence"], name="audit_by_actor"),
            models.Index(fields=["subject_id", "-sequence"], name="audit_by_subject"),
            models.Index(fields=["correlation_id", "-sequence"], name="audit_by_request"),
            # Entries come in nearly in the order of their times: a few pages cover years.
            BrinIndex(fields=["happened_at"], name="audit_by_time", pages_per_range=32),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.text}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(REFUSAL)
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(REFUSAL)


class Position(models.Model):
    """How far the recorder has come with the event log. One row, locked by whoever records."""

    THE_ROW = 1

    transaction_id = models.BigIntegerField(default=0)
    log_id = models.BigIntegerField(default=0)
    sequence = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="audit_one_position"),
        ]

    def __str__(self) -> str:
        return f"entry {self.sequence}, event {self.log_id}"

    def move(self, *, transaction_id: int, log_id: int, entries: int) -> None:
        self.transaction_id = transaction_id
        self.log_id = log_id
        self.sequence += entries
        self.save(update_fields=["transaction_id", "log_id", "sequence"])


class Report(models.Model):
    """That a report of another service was taken in. Its words are in the trail alone."""

    source = models.CharField(max_length=30)
    report_id = models.UUIDField()
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "report_id"], name="audit_one_report_of_an_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.report_id}"
