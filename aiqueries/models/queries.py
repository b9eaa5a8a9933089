"""Queries, and every call that was made for one."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User
from accounts.roles import ADMINISTRATORS, has_role
from aiqueries.content import beginning_of
from aiqueries.kinds import OPEN, Outcome, Purpose, Status
from aiqueries.models.prompts import PromptVersion

OPEN_ONES = Q(status__in=[*OPEN])


class QueryQuerySet(models.QuerySet["Query"]):
    def visible_to(self, user: User) -> "QueryQuerySet":
        """Their own; all for administrators."""
        return self if has_role(user, ADMINISTRATORS) else self.filter(owner=user)

    def open(self) -> "QueryQuerySet":
        return self.filter(OPEN_ONES)

    def locked(self, query_id: uuid.UUID) -> "Query":
        """The query, locked, so that it ends once. Raises Query.DoesNotExist."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=query_id)


class Query(models.Model):
    """
    One question to a model, from being asked to its end.

    `turn` counts up whenever a worker takes it, and is the fencing number: who has an older one
    has lost it. `position` counts every change that an open page wants to see. Texts may be
    dropped with time; their digests, SHA-256 in hex, stay.
    """

    query_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    correlation_id = models.CharField(max_length=64)
    # Nobody, where the product itself asks.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="ai_queries",
        null=True,
        blank=True,
        db_index=False,
    )
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.ASK)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    prompt = models.TextField(blank=True)
    prompt_digest = models.CharField(max_length=64)
    # What it is about, by ids of other apps.
    customer_id = models.UUIDField(null=True, blank=True)
    question_id = models.UUIDField(null=True, blank=True)
    question_version = models.PositiveIntegerField(null=True, blank=True)
    # The model that was asked for; empty for the first on offer.
    model = models.CharField(max_length=100, blank=True)
    max_cost = models.DecimalField(max_digits=16, decimal_places=8, null=True, blank=True)
    template = models.ForeignKey(PromptVersion, models.PROTECT, related_name="queries")
    # Of all that was sent, the last time.
    input_digest = models.CharField(max_length=64, blank=True)
    # What has come so far, while it is running; then the answer.
    answer = models.TextField(blank=True)
    answer_digest = models.CharField(max_length=64, blank=True)
    # Whether the model ended by itself, and not because it may say no more.
    is_complete = models.BooleanField(default=True, db_default=True)
    provider = models.CharField(max_length=50, blank=True)
    answered_by = models.CharField(max_length=100, blank=True)
    input_tokens = models.PositiveIntegerField(null=True, blank=True)
    output_tokens = models.PositiveIntegerField(null=True, blank=True)
    cost = models.DecimalField(max_digits=16, decimal_places=8, null=True, blank=True)
    error_code = models.CharField(max_length=50, blank=True)
    error = models.CharField(max_length=500, blank=True)
    turn = models.PositiveIntegerField(default=0, db_default=0)
    position = models.PositiveIntegerField(default=0, db_default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    cancel_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    texts_dropped_at = models.DateTimeField(null=True, blank=True)

    objects = QueryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "queries"
        constraints = [
            models.CheckConstraint(
                condition=Q(OPEN_ONES, finished_at=None)
                | (~OPEN_ONES & Q(finished_at__isnull=False)),
                name="aiqueries_ended_ones_say_when",
            ),
            models.CheckConstraint(
                condition=Q(customer_id=None) | Q(question_id=None),
                name="aiqueries_one_context_at_the_most",
            ),
            # Drafted once; what failed may be tried again.
            models.UniqueConstraint(
                fields=["question_id", "question_version", "template"],
                condition=Q(purpose=Purpose.REVIEW, status__in=[*OPEN, Status.SUCCEEDED]),
                name="aiqueries_one_draft_a_version",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "-created_at", "-query_id"], name="aiqueries_of_a_person"
            ),
            models.Index(fields=["-created_at", "-query_id"], name="aiqueries_newest"),
            # For charts: all that a day's sums need, without the rows and their long texts.
            models.Index(
                fields=["created_at"],
                include=["owner", "status", "cost", "finished_at"],
                name="aiqueries_by_day",
            ),
            models.Index(fields=["expires_at"], name="aiqueries_open", condition=OPEN_ONES),
            models.Index(
                fields=["finished_at"],
                name="aiqueries_with_texts",
                condition=Q(texts_dropped_at=None, finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, {self.get_status_display().lower()}"

    @property
    def title(self) -> str:
        """How the prompt begins; empty once texts are dropped."""
        return beginning_of(self.prompt)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


class Attempt(models.Model):
    """
    One call of a provider for a query. What was sent stands here by its digest alone.

    `trouble` is the class of what went wrong and `says` a sentence that may be shown.
    """

    query = models.ForeignKey(Query, models.CASCADE, related_name="attempts", db_index=False)
    number = models.PositiveIntegerField()
    # The query's, when the call was made.
    turn = models.PositiveIntegerField()
    provider = models.CharField(max_length=50)
    model = models.CharField(max_length=100)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.RUNNING)
    trouble = models.CharField(max_length=20, blank=True)
    says = models.CharField(max_length=500, blank=True)
    input_digest = models.CharField(max_length=64)
    sent_bytes = models.PositiveIntegerField()
    reserved = models.DecimalField(max_digits=16, decimal_places=8, default=0)
    cost = models.DecimalField(max_digits=16, decimal_places=8, null=True, blank=True)
    input_tokens = models.PositiveIntegerField(null=True, blank=True)
    output_tokens = models.PositiveIntegerField(null=True, blank=True)
    # The provider's own name for the call.
    request_id = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField(db_default=Now())
    first_text_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Until when the provider wanted to be left alone.
    pause_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["query", "number"], name="aiqueries_attempts_are_numbered"
            ),
            models.UniqueConstraint(
                fields=["query"],
                condition=Q(outcome=Outcome.RUNNING),
                name="aiqueries_one_call_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["query"],
                condition=Q(outcome=Outcome.ANSWERED),
                name="aiqueries_one_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["-began_at"], name="aiqueries_attempts_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}: {self.get_outcome_display()}"
