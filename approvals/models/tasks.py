"""Tasks: one stage of one request, waiting for verdicts."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.utils import timezone

from accounts.models import User
from accounts.roles import ADMINISTRATORS, ASSESSORS, AUDITORS, has_role
from approvals.models.questions import Question, QuestionVersion
from approvals.models.requests import ApprovalRequest

# The request's id, the stage and the round: there is one task for each.
StageKey = tuple[uuid.UUID, int, int]


class Verdict(models.TextChoices):
    """What an assessor can say."""

    APPROVED = "APPROVED", "Approve"
    REJECTED = "REJECTED", "Reject"
    CHANGES_REQUESTED = "CHANGES_REQUESTED", "Request changes"


class ApprovalTaskQuerySet(models.QuerySet["ApprovalTask"]):
    def pending(self) -> "ApprovalTaskQuerySet":
        return self.filter(status=ApprovalTask.Status.PENDING)

    def overdue(self, at: datetime) -> "ApprovalTaskQuerySet":
        return self.pending().filter(due_at__lte=at)

    def out_of_time(self, at: datetime) -> "ApprovalTaskQuerySet":
        """Overdue, and past the time that was allowed after that."""
        grace = ExpressionWrapper(F("grace") * timedelta(seconds=1), models.DurationField())
        return self.overdue(at).filter(due_at__lte=Value(at) - grace)

    def with_a_step(self, at: datetime) -> "ApprovalTaskQuerySet":
        """Those that something is to happen to because of the time, once people were asked."""
        return self.pending().filter(next_step_at__lte=at).exclude(task_token_generation="")

    def visible_to(self, user: User) -> "ApprovalTaskQuerySet":
        """
        Theirs to judge or once theirs, those of requests they made, and their groups'.

        A group's task stays visible when it is settled: who comes second reads who came first.
        """
        if has_role(user, ADMINISTRATORS, AUDITORS):
            return self
        if not has_role(user, ASSESSORS):
            return self.filter(assigned_by=user)
        return self.filter(
            Q(assigned_by=user)
            | Q(Exists(user.assignments.filter(task=OuterRef("pk"))))
            | Q(assigned_group__in=user.groups.all())
        )

    def for_change(self) -> "ApprovalTaskQuerySet":
        """With question and version judged, locked until the transaction ends."""
        rows = self.select_for_update(of=("self",), no_key=True)
        return rows.select_related("question", "version")

    def locked(self, task_id: uuid.UUID) -> "ApprovalTask":
        """The task, locked, so that only one decision can win."""
        return self.for_change().get(pk=task_id)


class ApprovalTask(models.Model):
    """
    One stage of a request, waiting for enough verdicts.

    `status` says what people decided; `callback` how far that has come to the paused workflow.
    `assigned_to` is the assessor where exactly one was asked by name.
    """

    class Status(models.TextChoices):
        PENDING = "PENDING", "Pending"
        APPROVED = "APPROVED", "Approved"
        REJECTED = "REJECTED", "Rejected"
        CHANGES_REQUESTED = "CHANGES_REQUESTED", "Changes requested"
        CANCELLED = "CANCELLED", "Cancelled"
        EXPIRED = "EXPIRED", "Expired"

    class Callback(models.TextChoices):
        AWAITING_TOKEN = "AWAITING_TOKEN", "The workflow has not asked yet"
        READY = "READY", "The workflow waits"
        DELIVERED = "DELIVERED", "The workflow knows"
        MOOT = "MOOT", "The workflow ended without it"

    task_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(ApprovalRequest, models.PROTECT, related_name="tasks")
    question = models.ForeignKey(
        Question, models.PROTECT, related_name="tasks", db_column="question_id"
    )
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="tasks")
    stage = models.PositiveSmallIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=0)
    approve_n = models.PositiveSmallIntegerField(default=1)
    return_n = models.PositiveSmallIntegerField(default=1)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_column="assigned_by"
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_column="assigned_to",
        null=True,
        blank=True,
    )
    assigned_group = models.ForeignKey(
        Group, models.PROTECT, related_name="approval_tasks", null=True, blank=True
    )
    due_at = models.DateTimeField()
    grace = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Seconds after the due time in which a verdict counts."
    )
    # The next reminder, or the due time itself; empty where nothing is to come.
    next_step_at = models.DateTimeField(null=True, blank=True, editable=False)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PENDING)
    callback = models.CharField(
        max_length=20, choices=Callback.choices, default=Callback.AWAITING_TOKEN
    )
    # The key that lets the paused workflow run on. Held here, never shown.
    task_token = models.TextField(blank=True)
    # Orders the tokens of one task: the time the state was entered, redrives, retries.
    task_token_generation = models.CharField(max_length=60, blank=True)
    comments = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ApprovalTaskQuerySet.as_manager()

    class Meta:
        db_table = "approval_tasks"
        constraints = [
            models.UniqueConstraint(
                fields=["request", "stage", "round"], name="approval_tasks_one_per_stage_and_round"
            ),
            models.UniqueConstraint(
                fields=["question"],
                condition=Q(status="PENDING"),
                name="approval_tasks_one_pending_per_question",
            ),
            models.CheckConstraint(
                condition=Q(status="PENDING", decided_at=None)
                | (~Q(status="PENDING") & Q(decided_at__isnull=False)),
                name="approval_tasks_settled_ones_say_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "task_id"],
                name="approval_tasks_due",
                condition=Q(status="PENDING"),
            ),
            models.Index(
                fields=["assigned_group", "due_at", "task_id"],
                name="approval_tasks_of_a_group",
                condition=Q(status="PENDING", assigned_group__isnull=False),
            ),
            models.Index(
                fields=["assigned_by", "due_at", "task_id"],
                name="approval_tasks_waited_for",
                condition=Q(status="PENDING"),
            ),
            models.Index(
                fields=["next_step_at"],
                name="approval_tasks_steps",
                condition=Q(status="PENDING", next_step_at__isnull=False),
            ),
            # Few at any time: the workflow learns of an outcome within moments.
            models.Index(
                fields=["decided_at"],
                name="approval_tasks_undelivered",
                condition=Q(callback__in=["AWAITING_TOKEN", "READY"]) & ~Q(status="PENDING"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()}: {self.question}"

    @property
    def is_pending(self) -> bool:
        return self.status == self.Status.PENDING

    @property
    def closes_at(self) -> datetime:
        """When it expires: until then a verdict counts."""
        return self.due_at + timedelta(seconds=self.grace)

    @property
    def seats(self) -> int:
        """How many assessors a task that was offered to a group takes at a time."""
        return self.approve_n + self.return_n - 1

    @property
    def stage_key(self) -> StageKey:
        return self.request_id, self.stage, self.round

    def hold_token(self, token: str, generation: str) -> None:
        """Take a newer token over; the caller saves."""
        self.task_token, self.task_token_generation = token, generation
        self.callback = self.Callback.READY
        self.updated_at = timezone.now()

    def reopen(self, *, due_at: datetime, next_step_at: datetime | None) -> None:
        """Wait for verdicts once more, and for a token. The caller holds its lock."""
        self.status, self.callback = self.Status.PENDING, self.Callback.AWAITING_TOKEN
        self.task_token = self.task_token_generation = self.comments = ""
        self.decided_at, self.due_at, self.next_step_at = None, due_at, next_step_at
        self.save(
            update_fields=[
                *("status", "callback", "task_token", "task_token_generation"),
                *("comments", "decided_at", "due_at", "next_step_at", "updated_at"),
            ]
        )

    def settle(self, status: "ApprovalTask.Status", *, at: datetime, comments: str = "") -> None:
        """Close the task. The caller holds its lock and has seen it pending."""
        self.status = status
        self.comments = comments
        self.decided_at = at
        self.save(update_fields=["status", "callback", "comments", "decided_at", "updated_at"])


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def active(self) -> "AssignmentQuerySet":
        return self.filter(state=Assignment.State.ACTIVE)


class Assignment(models.Model):
    """One assessor's place on a task. `due_at` repeats the task's, for the inbox's index."""

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", "Asked"
        DECIDED = "DECIDED", "Decided"
        RELEASED = "RELEASED", "Released"
        REASSIGNED = "REASSIGNED", "Passed on"
        ENDED = "ENDED", "Ended without this verdict"

    task = models.ForeignKey(ApprovalTask, models.CASCADE, related_name="assignments")
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments"
    )
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    # Taken by a member of the group, not given by name: can be released.
    claimed = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        db_table = "approval_assignments"
        constraints = [
            models.UniqueConstraint(
                fields=["task", "assessor"],
                condition=Q(state="ACTIVE"),
                name="approval_assignments_one_place_each",
            ),
            models.CheckConstraint(
                condition=~Q(assessor=F("requester")), name="approval_assignments_not_the_requester"
            ),
        ]
        indexes = [
            models.Index(
                fields=["assessor", "due_at", "task"],
                name="approval_assignments_inbox",
                condition=Q(state="ACTIVE"),
            ),
            models.Index(fields=["assessor", "task"], name="approval_assignments_person"),
        ]

    def __str__(self) -> str:
        return f"{self.assessor} on {self.task_id} ({self.get_state_display()})"
