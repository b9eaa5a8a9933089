"""What is laid beside a question for who has a first view of it, or does not decide on it."""

from typing import Any

from accounts.models import User
from approvals.models import ApprovalTask


def evidence_of(user: User, task: ApprovalTask) -> dict[str, Any]:
    """For templates/approvals/_evidence.html."""
    return {"shows_evidence": True}
