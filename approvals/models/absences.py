"""Who is away, who stands in, and what became of their places on tasks."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import User
from accounts.roles import ADMINISTRATORS, has_role
from approvals.models.tasks import Assignment


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def at(self, moment: datetime) -> "AbsenceQuerySet":
        return self.filter(starts_at__lte=moment, ends_at__gt=moment)

    def to_come(self, now: datetime) -> "AbsenceQuerySet":
        """Those that are not over."""
        return self.filter(ends_at__gt=now)

    def visible_to(self, user: User) -> "AbsenceQuerySet":
        return self if has_role(user, ADMINISTRATORS) else self.filter(person=user)

    def by_person(self, people: Iterable[uuid.UUID], at: datetime) -> dict[uuid.UUID, "Absence"]:
        """Of these people who are away, their absence; nobody has two at a time."""
        away = self.at(at).filter(person__in=list(people))
        return {one.person_id: one for one in away.select_related("substitute")}


class Absence(models.Model):
    """Somebody decides nothing from then to then; the substitute does, where there is one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences", db_index=False
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        help_text="Gets their places on tasks, where the rules allow it.",
    )
    created_at = models.DateTimeField(db_default=Now())

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        db_table = "approval_absences"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="approval_absences_end_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(person=F("substitute")), name="approval_absences_substitute_is_another"
            ),
        ]
        indexes = [models.Index(fields=["person", "ends_at"], name="approval_absences_person")]

    def __str__(self) -> str:
        return f"{self.person}, {self.starts_at:%d %b %Y} to {self.ends_at:%d %b %Y}"


class HandOver(models.Model):
    """What became of one place of somebody who is away. Once for each absence and place."""

    class Outcome(models.TextChoices):
        PASSED_ON = "PASSED_ON", "Passed on to the substitute"
        GIVEN_BACK = "GIVEN_BACK", "Given back to the group"
        NOBODY = "NOBODY", "Nobody could take it"

    absence = models.ForeignKey(Absence, models.CASCADE, related_name="hand_overs", db_index=False)
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "approval_hand_overs"
        constraints = [
            models.UniqueConstraint(
                fields=["absence", "assignment"], name="approval_hand_overs_once_each"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id}: {self.get_outcome_display()}"
