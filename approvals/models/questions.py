"""Questions as they stand now, and every version they ever had."""

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Upper

from accounts.models import User
from approvals.content import Attached, QuestionContent, title_of
from approvals.models.reading import Grounds, ReadableQuerySet


class QuestionQuerySet(ReadableQuerySet["Question"]):
    known_as, owner = "question", "created_by"

    def own(self, user: User) -> Grounds:
        return [(user.questions.all(), "pk"), (user.approval_requests.all(), "question")]

    def matching(self, words: str) -> "QuestionQuerySet":
        """Questions whose text has every one of these words."""
        found = self
        for word in words.split()[:10]:
            found = found.filter(question_text__icontains=word)
        return found


class Worded(models.Model):
    """What a question and each of its versions say: kept as approvals.content checked it."""

    question_text = models.TextField()
    options = models.JSONField()
    correct_answer = models.TextField()
    subject = models.CharField(max_length=200, blank=True)
    # As approvals.content.Attached, in the order shown. Part of the row, as what a version holds
    # never changes. The files themselves are Attachment's.
    attachments = models.JSONField(
        default=list, db_default=Value([], models.JSONField()), blank=True
    )

    class Meta:
        abstract = True

    @property
    def title(self) -> str:
        """One line of at most 80 characters."""
        return title_of(self.question_text)

    @property
    def content(self) -> QuestionContent:
        return QuestionContent(
            question_text=self.question_text,
            options=tuple(self.options),
            correct_answer=self.correct_answer,
            subject=self.subject,
            attachments=tuple(Attached(**each) for each in self.attachments),
        )


class Question(Worded):
    """A question with its newest content. The versions behind it never change."""

    question_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    latest_version = models.PositiveIntegerField(default=1)
    # Goes to no AI provider outside unless the organisation's policy names it. Of the question,
    # not of a version: what it says does not depend on it.
    is_secure = models.BooleanField(default=False, db_default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="questions", db_column="created_by"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        db_table = "questions"
        constraints = [
            models.CheckConstraint(
                condition=Q(latest_version__gte=1), name="questions_versions_count_from_one"
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-question_id"], name="questions_newest"),
            models.Index(
                fields=["created_by", "-created_at", "-question_id"], name="questions_of_a_person"
            ),
            GinIndex(OpClass(Upper("question_text"), name="gin_trgm_ops"), name="questions_words"),
            # For approvals.selectors.similarity. What was just written lies unsorted until there
            # is so much of it (KiB); searching through it takes time.
            GinIndex(
                SearchVector("question_text", "options", config="simple"),
                name="questions_alike",
                gin_pending_list_limit=512,
            ),
        ]

    def __str__(self) -> str:
        return self.title


class QuestionVersion(Worded):
    """What a question said at one time. A decision is given for exactly one version's digest."""

    question = models.ForeignKey(
        Question, models.PROTECT, related_name="versions", db_column="question_id"
    )
    number = models.PositiveIntegerField()
    # SHA-256 of the canonical content; see approvals.content.
    digest = models.CharField(max_length=64)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_column="created_by"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "question_versions"
        constraints = [
            models.UniqueConstraint(
                fields=["question", "number"], name="question_versions_are_numbered"
            ),
        ]
        indexes = [models.Index(fields=["digest"], name="question_versions_digest")]

    def __str__(self) -> str:
        return f"{self.title} (version {self.number})"
