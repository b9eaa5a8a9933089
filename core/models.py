"""What the API remembers so that asking twice is asking once."""

from typing import ClassVar

from django.db import models

ONE_ANSWER = "core_one_answer_per_person_and_key"


class IdempotentAnswer(models.Model):
    """
    The answer that a request with an Idempotency-Key got, for when it is sent again.

    Written in the transaction that did the work: it exists exactly when the work does.
    """

    actor_id = models.CharField(max_length=255)
    key = models.CharField(max_length=255)
    # SHA-256 of method, address and body: tells a repetition from another request.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["actor_id", "key"], name=ONE_ANSWER),
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="core_answers_by_age")]

    def __str__(self) -> str:
        return f"{self.status} to {self.fingerprint[:12]}"
