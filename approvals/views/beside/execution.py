"""How far the workflow has carried a request, for the pages that show it."""

from approvals.models import ApprovalRequest
from workflows import diagram, selectors
from workflows.diagram import Diagram
from workflows.exceptions import ExecutionDoesNotExist
from workflows.selectors import Description, description


def execution_of(request: ApprovalRequest) -> Description | None:
    """The request's execution, or None in the moment before the workflow has started."""
    try:
        return description(request.execution_name)
    except ExecutionDoesNotExist:
        return None


def diagram_of(request: ApprovalRequest) -> Diagram | None:
    """The path that the request's execution has taken, or None before it has started."""
    try:
        return diagram.draw(selectors.by_name(request.execution_name))
    except ExecutionDoesNotExist:
        return None
