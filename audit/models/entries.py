"""What happened, written once."""

from typing import Any, ClassVar, NoReturn, Self

from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Now

from core.actor import SYSTEM

REFUSAL = "The audit trail is append-only."
ACTOR = "{actor}"  # stands in an entry's text for whoever did it
SOMEBODY = "Somebody"  # whose name is not kept any more


class Person(models.Model):
    """By what name an actor of the trail is shown and found today. Names stand nowhere else."""

    application_may: ClassVar = ("SELECT", "INSERT", "UPDATE")

    id = models.CharField(primary_key=True, max_length=255)
    label = models.CharField(max_length=255)

    def __str__(self) -> str:
        return self.label


class AppendOnlyQuerySet(models.QuerySet[Any]):
    def update(self, **_: Any) -> NoReturn:
        raise TypeError(REFUSAL)

    def delete(self) -> NoReturn:
        raise TypeError(REFUSAL)


class AppendOnly(models.Model):
    """A row that is written once. The database refuses to change or remove it, too."""

    # The rights of the application's role: `manage.py migrate` grants them.
    application_may: ClassVar = ("SELECT", "INSERT")

    objects: ClassVar[Any] = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(REFUSAL)
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(REFUSAL)


class EntryQuerySet(AppendOnlyQuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-sequence")

    def named(self) -> Self:
        """With `actor_label`, the name that the actor goes by today."""
        label = Subquery(Person.objects.filter(pk=OuterRef("actor_id")).values("label"))
        return self.annotate(actor_label=Coalesce(label, Value(SOMEBODY)))

    def by_people(self) -> Self:
        """Without what the machine did by itself."""
        return self.exclude(actor_id=SYSTEM.id)


class Entry(AppendOnly):
    """
    The small record that is searched: who did what to which thing, and when.

    Everything here is said in the entry's Record, too, which alone is hashed and proved. People
    are ids that say nothing by themselves; their names are kept apart. Nothing here refers to
    another table, so an entry stays readable when the thing is gone.
    """

    # Without gaps, in an order in which the events may have happened. Place in the tree: minus 1.
    sequence = models.BigIntegerField(primary_key=True)
    event_id = models.UUIDField(unique=True)
    action = models.CharField(max_length=100)
    actor_id = models.CharField(max_length=255)
    # Whose thing it is: the requester.
    owner_id = models.CharField(max_length=255, blank=True)
    # The subject that the question belongs to.
    scheme = models.CharField(max_length=100, blank=True)
    workflow_id = models.CharField(max_length=100, blank=True)
    step_id = models.CharField(max_length=100, blank=True)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=255, blank=True)
    outcome = models.CharField(max_length=40, blank=True)
    # The X-Request-ID of the request that set it off: one id for everything that followed.
    correlation_id = models.CharField("request id", max_length=64, blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    text = models.TextField()
    # The words of text and reason. audit.search keeps an index of them, in segments.
    search = SearchVectorField()

    objects: ClassVar[Any] = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["action", "-sequence"], name="audit_by_action"),
            models.Index(fields=["actor_id", "-sequence"], name="audit_by_actor"),
            models.Index(fields=["correlation_id", "-sequence"], name="audit_by_request"),
            models.Index(
                fields=["workflow_id", "-sequence"],
                name="audit_by_workflow",
                condition=~Q(workflow_id=""),
            ),
            # Entries come in nearly in the order of their times: a few pages cover years.
            BrinIndex(fields=["happened_at"], name="audit_by_time", pages_per_range=32),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.text}"

    @property
    def sentence(self) -> str:
        """The text with the actor's name, for entries that were read as `named()`."""
        return self.text.replace(ACTOR, getattr(self, "actor_label", SOMEBODY), 1)


class Record(AppendOnly):
    """
    The full data set of an entry: the very bytes that are hashed and proved.

    `body` is JSON in UTF-8 (audit.proof.records says of what shape), `leaf` SHA-256(0x00 + body)
    as in RFC 9162, section 2.1.1. A body that has gone to the archive is empty here, and its leaf
    stays.
    """

    sequence = models.BigIntegerField(primary_key=True)
    leaf = models.BinaryField(max_length=32)
    body = models.TextField()

    def __str__(self) -> str:
        return f"Record {self.sequence}"


class Link(AppendOnly):
    """That an entry concerns a thing: what the history of that thing is read from."""

    pk = models.CompositePrimaryKey("kind", "object_id", "sequence")
    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=255)
    sequence = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: entry {self.sequence}"


class Change(models.Model):
    """
    A changed row, as a trigger of the database saw it. Waits here until it is sealed.

    `before` and `after` hold the fields that differ. Secrets are masked by the trigger; personal
    data stand here in the open for the seconds until the sealer puts them under a person's key.
    """

    application_may: ClassVar = ("SELECT",)  # triggers write, audit_drop_changes() removes

    # The event id of the entry that it becomes, where no event tells of it.
    uuid = models.UUIDField(unique=True, db_default=RandomUUID())
    transaction_id = models.BigIntegerField(
        db_default=Cast(
            Cast(Func(function="pg_current_xact_id"), models.TextField()), models.BigIntegerField()
        )
    )
    table = models.CharField(max_length=63)
    operation = models.CharField(max_length=8)  # INSERT, UPDATE, DELETE, TRUNCATE
    object_id = models.CharField(max_length=255)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    # Role, program and address of the database session.
    session = models.CharField(max_length=255)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["transaction_id", "id"], name="audit_change_order")]

    def __str__(self) -> str:
        return f"{self.operation} {self.table} {self.object_id}"
