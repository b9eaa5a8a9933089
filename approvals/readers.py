"""Who may read a workflow execution because of the request that it carries."""

from uuid import UUID

from accounts.models import User
from approvals.models import ApprovalRequest
from workflows.access import reads_executions

PREFIX = "request-"


@reads_executions
def whoever_sees_the_request(user: User, name: str) -> bool:
    """The name of a request's execution is made from the request's id."""
    try:
        request_id = UUID(name.removeprefix(PREFIX))
    except ValueError:
        return False
    seen = ApprovalRequest.objects.visible_to(user).filter(pk=request_id)
    return name == f"{PREFIX}{request_id}" and seen.exists()
