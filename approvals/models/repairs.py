"""What the reconciler found amiss, and what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from approvals.models.imports import QuestionImport
from approvals.models.requests import ApprovalRequest


class RepairQuerySet(models.QuerySet["Repair"]):
    def parked(self) -> "RepairQuerySet":
        """What waits for a person."""
        return self.filter(state=Repair.State.PARKED)

    def standing(self) -> "RepairQuerySet":
        """Troubles that are known and not over: they are not told of again."""
        return self.filter(state__in=Repair.STANDING)


class Repair(models.Model):
    """
    One trouble of one request or import: repaired, or parked with the reason.

    `found` says what was seen, `outcome` what was done about it, or why nothing was.
    """

    class Kind(models.TextChoices):
        LOST_START = "LOST_START", "Workflow never started"
        ENDED_UNHEARD = "ENDED_UNHEARD", "Workflow ended unheard"
        LOST_TOKEN = "LOST_TOKEN", "Message of the workflow lost"
        UNDELIVERED = "UNDELIVERED", "Decision not delivered"
        LEFT_RUNNING = "LEFT_RUNNING", "Workflow left running"
        REDRIVEN = "REDRIVEN", "Workflow taken up again"
        LOST_RECORD = "LOST_RECORD", "Record of the workflow lost"
        DIVERGED = "DIVERGED", "Workflow knows more than we do"
        STALLED_IMPORT = "STALLED_IMPORT", "Import stood still"

    class State(models.TextChoices):
        MADE = "MADE", "Repaired"
        PARKED = "PARKED", "Parked"
        RETRIED = "RETRIED", "Tried again"
        PUT_ASIDE = "PUT_ASIDE", "Put aside"
        OVER = "OVER", "Over by itself"

    STANDING = (State.PARKED, State.PUT_ASIDE)

    kind = models.CharField(max_length=20, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    request = models.ForeignKey(
        ApprovalRequest, models.CASCADE, related_name="repairs", null=True, blank=True
    )
    question_import = models.ForeignKey(
        QuestionImport, models.CASCADE, related_name="repairs", null=True, blank=True
    )
    found = models.TextField()
    outcome = models.TextField()
    comment = models.TextField(blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = RepairQuerySet.as_manager()

    class Meta:
        db_table = "approval_repairs"
        constraints = [
            models.CheckConstraint(
                condition=Q(request__isnull=True, question_import__isnull=False)
                | Q(request__isnull=False, question_import__isnull=True),
                name="approval_repairs_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["request", "kind"],
                condition=Q(state__in=["PARKED", "PUT_ASIDE"], request__isnull=False),
                name="approval_repairs_park_a_request_once",
            ),
            models.UniqueConstraint(
                fields=["question_import", "kind"],
                condition=Q(state__in=["PARKED", "PUT_ASIDE"], question_import__isnull=False),
                name="approval_repairs_park_an_import_once",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at"], name="approval_repairs_newest"),
            models.Index(
                fields=["-id"], name="approval_repairs_parked", condition=Q(state="PARKED")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"

    @property
    def title(self) -> str:
        """What it is about, for people: the question, or the file."""
        if self.request is not None:
            return self.request.question.title
        return self.question_import.file_name if self.question_import else ""
