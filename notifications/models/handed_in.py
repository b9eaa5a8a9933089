"""Which notifications other services handed in, and took back."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class HandedIn(models.Model):
    """
    That a service handed in or took back the notification of this id; events have the words.

    Messages may come in any order: what was taken back before it came is told to nobody.
    """

    source = models.CharField(max_length=30)
    notice_id = models.UUIDField()
    # Whose token brought it; empty for what came through the queue.
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, db_index=False
    )
    received_at = models.DateTimeField(db_default=Now())
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "handed in"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "notice_id"], name="notifications_handed_in_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.notice_id}"
