"""Who may read a workflow execution because of the request that it carries."""

from accounts.models import User
from approvals.models import ApprovalRequest
from approvals.titles import request_id_in
from workflows.access import reads_executions


@reads_executions
def whoever_sees_the_request(user: User, name: str) -> bool:
    """The name of a request's execution is made from the request's id."""
    request_id = request_id_in(name)
    if request_id is None:
        return False
    return ApprovalRequest.objects.visible_to(user).filter(pk=request_id).exists()
