"""Policies that have a name."""

from django.db import transaction

from accounts.models import User
from approvals.events import PolicySaved
from approvals.models import ApprovalPolicy
from outbox.publishing import publish


@transaction.atomic
def save_policy(*, policy: ApprovalPolicy, actor: User) -> ApprovalPolicy:
    """
    Keep a named policy, new or changed. Requests under way go on by their own copy.

    Raises InvalidPolicy when its stages cannot be kept.
    """
    policy.parsed()
    policy.save()
    publish(
        PolicySaved(policy_id=str(policy.pk), policy_name=policy.name, is_active=policy.is_active),
        actor=actor.as_actor(),
    )
    return policy
