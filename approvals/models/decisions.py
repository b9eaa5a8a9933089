"""Verdicts, as they were given."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.models.tasks import ApprovalTask, Verdict


class Decision(models.Model):
    """
    One assessor's verdict on the content they saw. Never changed, never deleted.

    `requester` repeats the request's, so that the database itself refuses self-approval.
    """

    task = models.ForeignKey(ApprovalTask, models.PROTECT, related_name="decisions")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="decisions")
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    comment = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "approval_decisions"
        constraints = [
            models.UniqueConstraint(
                fields=["task", "assessor"], name="approval_decisions_one_each"
            ),
            models.CheckConstraint(
                condition=~Q(assessor=F("requester")), name="approval_decisions_no_self_approval"
            ),
        ]
        indexes = [
            models.Index(
                fields=["assessor", "-created_at", "-task"], name="approval_decisions_of_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessor}: {self.get_verdict_display()}"
