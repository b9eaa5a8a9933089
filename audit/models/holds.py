"""Legal holds: what may be neither erased nor archived until somebody releases it."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Scope(models.TextChoices):
    """What a hold is about."""

    EVERYTHING = "EVERYTHING", "everything"
    PERSON = "PERSON", "a person"
    OBJECT = "OBJECT", "a thing"


class HoldQuerySet(models.QuerySet["Hold"]):
    def in_force(self) -> Self:
        return self.filter(released_at__isnull=True)

    def newest_first(self) -> Self:
        return self.order_by("-placed_at", "-pk")


class Hold(models.Model):
    """
    That something has to be kept as it is, why, and who says so.

    A row changes once: when it is released. People stand here by their ids.
    """

    application_may: ClassVar = (
        "SELECT",
        "INSERT",
        "UPDATE (released_at, released_by, release_reason)",
    )

    scope = models.CharField(max_length=10, choices=Scope.choices)
    # The thing that is held, as histories name it: ("question", ID). A person is ("user", ID).
    kind = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=255, blank=True)
    reason = models.TextField()
    placed_by = models.CharField(max_length=255)
    placed_at = models.DateTimeField(db_default=Now())
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=255, blank=True)
    release_reason = models.TextField(blank=True)

    objects: ClassVar[Any] = HoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="audit_hold_names_what_is_held",
                condition=Q(scope=Scope.EVERYTHING, kind="", object_id="")
                | (Q(scope=Scope.PERSON, kind="user") & ~Q(object_id=""))
                | (Q(scope=Scope.OBJECT) & ~Q(kind="") & ~Q(object_id="")),
            ),
            models.CheckConstraint(
                name="audit_hold_says_who_released_it",
                condition=Q(released_at=None, released_by="", release_reason="")
                | (Q(released_at__isnull=False) & ~Q(released_by="") & ~Q(release_reason="")),
            ),
            models.UniqueConstraint(
                fields=["scope", "kind", "object_id"],
                condition=Q(released_at=None),
                name="audit_one_hold_of_a_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"Hold on {self.what}"

    @property
    def is_in_force(self) -> bool:
        return self.released_at is None

    @property
    def what(self) -> str:
        """The held thing in a few words."""
        if self.scope == Scope.EVERYTHING:
            return "everything"
        return f"{'person' if self.scope == Scope.PERSON else self.kind} {self.object_id}"
