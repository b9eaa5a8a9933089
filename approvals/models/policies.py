"""Policies that have a name."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Value

from approvals.policy import InvalidPolicy, Policy, parse_policy


class ApprovalPolicy(models.Model):
    """A policy that requesters pick by name. Requests keep a copy of it."""

    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True)
    stages = models.JSONField(
        help_text="A list of stages, each with assessors (e-mail addresses) or a group, "
        "approve_n, return_n, due_hours, remind_hours (a list, before it is due), grace_hours, "
        "nag_hours (after it) and escalate_to (addresses, groups, “requester”)."
    )
    flaws_off = models.JSONField(
        "rules switched off",
        default=list,
        db_default=Value([], models.JSONField()),
        blank=True,
        help_text="Item-writing flaws that assessors are not shown for requests under this policy.",
    )
    is_active = models.BooleanField(default=True, help_text="Offered for new requests.")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "approval_policies"
        verbose_name_plural = "approval policies"

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        try:
            self.parsed()
        except InvalidPolicy as refusal:
            where = refusal.field or "policy.stages"
            column = "flaws_off" if where.startswith("policy.flaws_off") else "stages"
            raise ValidationError({column: f"{where}: {refusal}"}) from None

    def as_json(self) -> dict[str, Any]:
        return {"stages": self.stages, "flaws_off": self.flaws_off}

    def parsed(self) -> Policy:
        return parse_policy(self.as_json())
