"""A wish for approval, from submission to its end."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from approvals.models.questions import Question, QuestionVersion
from approvals.models.reading import Grounds, ReadableQuerySet
from approvals.policy import Policy, Stage

# So much time the normal road has before the reconciler looks whether it was gone.
CHECK_AFTER = timedelta(minutes=1)


def check_time() -> datetime:
    """When the reconciler looks at what happens to a request now."""
    return timezone.now() + CHECK_AFTER


class ApprovalRequestQuerySet(ReadableQuerySet["ApprovalRequest"]):
    known_as, owner = "request", "requester"

    def own(self, user: User) -> Grounds:
        return [(user.approval_requests.all(), "pk")]

    def open(self) -> "ApprovalRequestQuerySet":
        return self.filter(status__in=ApprovalRequest.OPEN)

    def for_change(self) -> "ApprovalRequestQuerySet":
        """With the version that is judged, locked until the transaction ends."""
        return self.select_for_update(of=("self",), no_key=True).select_related("version")

    def check_soon(self, ids: Iterable[uuid.UUID]) -> None:
        """Have the reconciler see in a while whether these have moved on."""
        self.filter(pk__in=list(ids), check_at=None).update(check_at=check_time())

    def locked(self, request_id: uuid.UUID) -> "ApprovalRequest":
        """The request, locked, so that it has one end."""
        return self.for_change().get(pk=request_id)


class ApprovalRequest(models.Model):
    """Somebody asks for approval of one question under one policy: one workflow execution."""

    class Status(models.TextChoices):
        PENDING = "PENDING", "Pending"
        CHANGES_REQUESTED = "CHANGES_REQUESTED", "Changes requested"
        APPROVED = "APPROVED", "Approved"
        REJECTED = "REJECTED", "Rejected"
        CANCELLED = "CANCELLED", "Cancelled"
        EXPIRED = "EXPIRED", "Expired"
        FAILED = "FAILED", "Failed"

    OPEN = (Status.PENDING, Status.CHANGES_REQUESTED)

    request_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    question = models.ForeignKey(
        Question, models.PROTECT, related_name="requests", db_column="question_id"
    )
    # The version that is judged, and that an approval stands for.
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="requests")
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="approval_requests"
    )
    # Copied at submission, with people by id.
    policy = models.JSONField()
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PENDING)
    # Held while the workflow waits for a new version. Never shown.
    revision_token = models.TextField(blank=True)
    revision_token_generation = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # When the reconciler looks whether its last step was carried on; empty once that was seen.
    check_at = models.DateTimeField(null=True, blank=True, default=check_time, editable=False)
    # When it asks the workflow's engine again; empty before the first check, and at the very end.
    ask_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ApprovalRequestQuerySet.as_manager()

    class Meta:
        db_table = "approval_requests"
        constraints = [
            models.UniqueConstraint(
                fields=["question"],
                condition=Q(status__in=["PENDING", "CHANGES_REQUESTED"]),
                name="approval_requests_one_open_per_question",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["PENDING", "CHANGES_REQUESTED"], closed_at=None)
                | (~Q(status__in=["PENDING", "CHANGES_REQUESTED"]) & Q(closed_at__isnull=False)),
                name="approval_requests_closed_ones_say_when",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-request_id"], name="approval_requests_newest"),
            models.Index(
                fields=["status", "-created_at", "-request_id"],
                name="approval_requests_by_status",
            ),
            models.Index(
                fields=["requester", "-created_at", "-request_id"],
                name="approval_requests_of_a_person",
            ),
            models.Index(
                fields=["check_at"],
                name="approval_requests_to_check",
                condition=Q(check_at__isnull=False),
            ),
            models.Index(
                fields=["ask_at"],
                name="approval_requests_to_ask",
                condition=Q(ask_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()}: {self.question}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_under_review(self) -> bool:
        return self.status == self.Status.PENDING

    @property
    def execution_name(self) -> str:
        """Made from the id, so that starting twice is starting once."""
        return f"request-{self.request_id}"

    @property
    def policy_copy(self) -> Policy:
        """The policy as it was when the request was made, with people by id."""
        return Policy.from_json(self.policy)

    @property
    def stages(self) -> tuple[Stage, ...]:
        return self.policy_copy.stages
