"""Prompts as versioned templates, and what may be sent to whom."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

ANSWER = "answer"
REVIEW_NOTES = "review-notes"


class Prompt(models.Model):
    """What the product says to models, by its purpose. `current` is the version in use."""

    name = models.SlugField(max_length=50, unique=True)
    title = models.CharField(max_length=100)
    current = models.ForeignKey(
        "PromptVersion", models.PROTECT, related_name="+", null=True, blank=True
    )

    def __str__(self) -> str:
        return self.title


class PromptVersion(models.Model):
    """
    One wording of a prompt. Never changed: answers name the version they came by.

    `instructions` are ours alone. `content` is the template of what is to be judged, with the
    places {prompt} and {data}; data stands between delimiters and is never an instruction.
    """

    application_may: ClassVar = ("SELECT", "INSERT", "UPDATE (note)")

    prompt = models.ForeignKey(Prompt, models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    instructions = models.TextField()
    content = models.TextField()
    most_tokens = models.PositiveIntegerField(default=800)
    note = models.CharField(max_length=200, blank=True)
    # SHA-256 of instructions, content and most_tokens as canonical JSON.
    digest = models.CharField(max_length=64)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["prompt", "number"], name="aiqueries_prompt_versions_are_numbered"
            )
        ]

    def __str__(self) -> str:
        return f"{self.prompt} (version {self.number})"


class SendingPolicy(models.Model):
    """
    What may leave for providers outside, and how long texts are kept. The newest row counts.

    `secure_to` are the outside providers that may get secure questions; `customer_fields` what
    may be said of customers; after `keep_text_days` prompts and answers are kept as digests only.
    """

    application_may: ClassVar = ("SELECT", "INSERT", "UPDATE (note)")

    secure_to = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    customer_fields = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    keep_text_days = models.PositiveIntegerField(default=90)
    note = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "sending policies"

    def __str__(self) -> str:
        return f"From {self.created_at:%d %B %Y, %H:%M}"

    @property
    def keep_texts_for(self) -> timedelta:
        """How long after a query's end; an hour at least, so that whoever asked can read it."""
        return timedelta(days=self.keep_text_days) or timedelta(hours=1)
