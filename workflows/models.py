"""Executions of workflow definitions, and everything that happened in them."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

STATE_NAME_LENGTH = 80
NAME_LENGTH = 80


class Definition(models.Model):
    """A workflow definition as it was when executions of it began. Never updated."""

    # SHA-256 over name and content: a new version is a new row, running executions keep theirs.
    digest = models.CharField(primary_key=True, max_length=64)
    name = models.CharField(max_length=NAME_LENGTH)
    content = models.JSONField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return f"{self.name} {self.digest[:12]}"


class ExecutionQuerySet(models.QuerySet["Execution"]):
    def running(self) -> "ExecutionQuerySet":
        return self.filter(status=Execution.Status.RUNNING)

    def locked(self, *, skip_locked: bool = False) -> "ExecutionQuerySet":
        """Rows to be moved on, with the database's time for `read_at`."""
        rows = self.annotate(database_time=Now())
        return rows.select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)


class Execution(models.Model):
    """
    One run of a definition. `progress` is what the interpreter needs to go on.

    The row of an execution that runs ELSEWHERE, on Step Functions, is a mirror: what was last
    heard of it. There `progress` says how far its history is known.
    """

    class Status(models.TextChoices):
        RUNNING = "RUNNING", "Running"
        SUCCEEDED = "SUCCEEDED", "Succeeded"
        FAILED = "FAILED", "Failed"
        TIMED_OUT = "TIMED_OUT", "Timed out"
        ABORTED = "ABORTED", "Stopped"

    class Waiting(models.TextChoices):
        NOTHING = "", "Nothing"
        TOKEN = "TOKEN", "An answer"
        TIME = "TIME", "A moment"
        RETRY = "RETRY", "Another attempt"
        ELSEWHERE = "ELSEWHERE", "Step Functions"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=NAME_LENGTH)
    definition = models.ForeignKey(Definition, models.PROTECT, db_index=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RUNNING)
    state = models.CharField(max_length=STATE_NAME_LENGTH, blank=True)
    waiting_for = models.CharField(
        max_length=9, choices=Waiting.choices, default=Waiting.NOTHING, blank=True
    )
    input = models.JSONField()
    output = models.JSONField(null=True, blank=True)
    error = models.CharField(max_length=256, blank=True)
    cause = models.TextField(blank=True)
    progress = models.JSONField(editable=False)
    # SHA-256 of the task token that is out now. The token itself is kept nowhere but in the
    # message that carries it, until that is delivered.
    token_digest = models.CharField(max_length=64, blank=True, editable=False)
    wake_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    # How often it was sent on after its end: only that makes an execution run again.
    redrive_count = models.PositiveSmallIntegerField(default=0, db_default=0)

    objects = ExecutionQuerySet.as_manager()

    title = ""  # what an app above says it is about, once `workflows.titles.entitle` has asked

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], name="workflows_one_execution_per_name"),
            models.CheckConstraint(
                condition=Q(status__in=["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]),
                name="workflows_execution_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status="RUNNING", stopped_at__isnull=True)
                | (~Q(status="RUNNING") & Q(stopped_at__isnull=False)),
                name="workflows_execution_stops_once",
            ),
            models.CheckConstraint(
                condition=Q(status="RUNNING") & ~Q(waiting_for="")
                | ~Q(status="RUNNING") & Q(waiting_for="", wake_at__isnull=True),
                name="workflows_only_the_running_wait",
            ),
            models.CheckConstraint(
                condition=Q(waiting_for="TOKEN") & ~Q(token_digest="")
                | ~Q(waiting_for="TOKEN") & Q(token_digest=""),
                name="workflows_token_while_waiting_for_it",
            ),
            models.CheckConstraint(
                condition=Q(status="SUCCEEDED") | Q(output__isnull=True),
                name="workflows_output_of_success_only",
            ),
        ]
        indexes = [
            models.Index(
                fields=["wake_at"],
                name="workflows_to_wake",
                condition=Q(status="RUNNING", wake_at__isnull=False),
            ),
            models.Index(
                fields=["started_at"], name="workflows_running", condition=Q(status="RUNNING")
            ),
            models.Index(fields=["-started_at", "-id"], name="workflows_recent"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def read_at(self) -> datetime:
        """The database's time at which `locked` read this row."""
        moment: datetime = self.__dict__["database_time"]
        return moment

    @property
    def has_ended(self) -> bool:
        return self.status != self.Status.RUNNING


class HistoryEvent(models.Model):
    """One event of an execution's history, in Step Functions' words. Never updated."""

    execution = models.ForeignKey(Execution, models.CASCADE, related_name="history", db_index=False)
    number = models.PositiveIntegerField()
    previous = models.PositiveIntegerField()
    type = models.CharField(max_length=50)
    details = models.JSONField()
    occurred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["execution", "number"], name="workflows_one_event_per_number"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, previous__lt=F("number")),
                name="workflows_history_goes_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.type}"


class Message(models.Model):
    """What a state sent to a queue. The body may hold a task token: it goes once delivered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    execution = models.ForeignKey(Execution, models.CASCADE, related_name="messages")
    queue = models.CharField(max_length=80)
    body = models.JSONField(null=True)
    sent_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(body__isnull=True),
                name="workflows_no_body_after_delivery",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.queue} {self.id}"
