"""Why somebody was told, by which ways, and why not by others."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from notifications.kinds import kinds, reasons
from notifications.models.notifications import Notification


class Trace(models.Model):
    """
    What was made of one event for one person. There is one for each, however often it came.

    `channels` is a list of {"channel", "outcome", "because": [word, …], "until": ISO 8601 or ""};
    what became of it then is in the deliveries of the same event and person.
    """

    class Verdict(models.TextChoices):
        TOLD = "TOLD", "Told"
        MERGED = "MERGED", "Joined with an earlier one"
        NOT_TOLD = "NOT_TOLD", "Not told"

    event_id = models.UUIDField()
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    notification = models.ForeignKey(
        Notification, models.SET_NULL, related_name="traces", null=True, blank=True
    )
    kind = models.CharField(max_length=40, choices=kinds)
    # The name of the rule that named this person, of notifications.rules.
    rule = models.CharField(max_length=60)
    cause = models.CharField(max_length=150)
    verdict = models.CharField(max_length=10, choices=Verdict)
    because = models.CharField(max_length=20, choices=reasons, blank=True, db_default="")
    channels = models.JSONField(default=list)
    occurred_at = models.DateTimeField(db_default=Now())
    traced_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "event_id"], name="notifications_traced_once"
            ),
        ]
        indexes = [
            models.Index(fields=["event_id"], name="notifications_trace_event"),
            models.Index(fields=["recipient", "-id"], name="notifications_trace_person"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.get_verdict_display()}"


class Mention(models.Model):
    """
    An event that was told has to do with the thing of this id: a question, a request, a task.

    So that all that was told of a thing is found, also what somebody was not told.
    """

    key = models.CharField(max_length=150)
    event_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "event_id"], name="notifications_mentioned"),
        ]

    def __str__(self) -> str:
        return f"{self.key} in {self.event_id}"
