"""What assessors answered before they saw the key."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.models.questions import QuestionVersion
from approvals.models.tasks import ApprovalTask


class FirstView(models.Model):
    """
    One assessor's own answer to a question they are to judge. Never changed, never deleted.

    `answer` is the text of an option, or empty for "I cannot tell"; `agrees` says whether it is
    the key, and is empty where there is no answer.
    """

    task = models.ForeignKey(
        ApprovalTask, models.PROTECT, related_name="first_views", db_index=False
    )
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="first_views")
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="first_views"
    )
    answer = models.TextField(blank=True)
    remark = models.TextField(blank=True)
    agrees = models.BooleanField(null=True)
    # Of the content they read.
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "approval_first_views"
        constraints = [
            models.UniqueConstraint(
                fields=["task", "assessor", "version"], name="approval_first_views_one_each"
            ),
            models.CheckConstraint(
                condition=Q(answer="", agrees=None) | (~Q(answer="") & Q(agrees__isnull=False)),
                name="approval_first_views_answers_agree_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessor} on {self.task_id}"
