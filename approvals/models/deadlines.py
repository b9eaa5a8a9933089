"""What happened of itself because the time came."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from approvals.deadlines import StepKind
from approvals.models.questions import Question
from approvals.models.requests import ApprovalRequest
from approvals.models.tasks import ApprovalTask


class DeadlineStep(models.Model):
    """
    A reminder, or word that a task is overdue. Written with the event that tells of it, once.

    `due_at` is the task's as it was: a task that goes on after a fault has its steps anew.
    """

    task = models.ForeignKey(
        ApprovalTask, models.CASCADE, related_name="deadline_steps", db_index=False
    )
    due_at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in StepKind])
    number = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "approval_deadline_steps"
        constraints = [
            models.UniqueConstraint(
                fields=["task", "due_at", "kind", "number"],
                name="approval_deadline_steps_each_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} of {self.task_id}"


class Escalation(models.Model):
    """Somebody was told that a task needs seeing to, and may read what it is about."""

    task = models.ForeignKey(
        ApprovalTask, models.CASCADE, related_name="escalations", db_index=False
    )
    request = models.ForeignKey(ApprovalRequest, models.CASCADE, related_name="+", db_index=False)
    question = models.ForeignKey(Question, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="escalations", db_index=False
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "approval_escalations"
        constraints = [
            models.UniqueConstraint(
                fields=["task", "person"], name="approval_escalations_once_each"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "request"], name="approval_escalated_requests"),
            models.Index(fields=["person", "question"], name="approval_escalated_questions"),
        ]

    def __str__(self) -> str:
        return f"{self.person} on {self.task_id}"
