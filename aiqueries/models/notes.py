"""Notes that a model drafted on a question, and what assessors think of them."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from aiqueries.kinds import NoteKind
from aiqueries.models.prompts import PromptVersion
from aiqueries.models.queries import Query


class Draft(models.Model):
    """
    The notes of one query on one version of a question.

    `offered` is how many the model wrote, `kept` how many of them quote what the question says.
    `is_readable` is False where its answer held no list of notes at all.
    """

    query = models.OneToOneField(Query, models.CASCADE, related_name="draft", primary_key=True)
    question_id = models.UUIDField()
    question_version = models.PositiveIntegerField()
    # Of the content that was read.
    question_digest = models.CharField(max_length=64)
    template = models.ForeignKey(PromptVersion, models.PROTECT, related_name="drafts")
    offered = models.PositiveIntegerField()
    kept = models.PositiveIntegerField()
    is_readable = models.BooleanField(default=True, db_default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(
                fields=["question_id", "question_version", "-created_at"],
                name="aiqueries_drafts_of_a_question",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kept} notes on {self.question_id}"


class ReviewNote(models.Model):
    """One note: what may be wrong, and the very words it is about."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=15, choices=NoteKind)
    # "question_text", or "options[0]" and so on; the quote is its characters start to end.
    part = models.CharField(max_length=20)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField()
    says = models.TextField()

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.quote}"


class NoteMark(models.Model):
    """Whether an assessor found a note useful."""

    note = models.ForeignKey(ReviewNote, models.CASCADE, related_name="marks", db_index=False)
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    useful = models.BooleanField()
    marked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["note", "assessor"], name="aiqueries_one_mark_each")
        ]

    def __str__(self) -> str:
        return "Useful" if self.useful else "Not useful"
