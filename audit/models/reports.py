"""Which reports of other services were taken in."""

from django.db import models
from django.db.models.functions import Now


class Report(models.Model):
    """That a report of another service was taken in. Its words are in the trail alone."""

    source = models.CharField(max_length=30)
    report_id = models.UUIDField()
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "report_id"], name="audit_one_report_of_an_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.report_id}"
