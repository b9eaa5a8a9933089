"""What is laid beside a question for who has a first view of it, or does not decide on it."""

from typing import Any

from accounts.models import User
from approvals.flaws import Flaw, find_flaws
from approvals.models import ApprovalTask, QuestionVersion
from approvals.policy import Policy
from approvals.views.beside.similar import similar_of


def evidence_of(user: User, task: ApprovalTask) -> dict[str, Any]:
    """For templates/approvals/_evidence.html."""
    policy = task.request.policy_copy
    return {
        "shows_evidence": True,
        **similar_of(user, task.version.content, task.question_id),
        "flaws": flaws_of(task.version, policy),
        "flaws_off": policy.flaws_off,
    }


def flaws_of(version: QuestionVersion, policy: Policy | None) -> list[Flaw]:
    """For templates/approvals/_flaws.html: all flaws but those that the policy switches off."""
    return find_flaws(version.content, off=policy.flaws_off if policy else ())
