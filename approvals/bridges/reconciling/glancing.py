"""A quick look at many requests at once, in three queries and without asking the engine."""

from collections.abc import Sequence
from uuid import UUID

from approvals.models import ApprovalRequest, ApprovalTask
from workflows.selectors import Standing, standings

Callback = ApprovalTask.Callback


def suspicious(requests: Sequence[ApprovalRequest]) -> list[ApprovalRequest]:
    """Those that do not look as they should by what is recorded here, in the same order."""
    if not requests:
        return []
    known = standings([request.execution_name for request in requests])
    latest = _latest_tasks([request.pk for request in requests])
    return [
        request
        for request in requests
        if not _looks_well(request, known.get(request.execution_name), latest.get(request.pk))
    ]


def _latest_tasks(ids: Sequence[UUID]) -> dict[UUID, ApprovalTask]:
    tasks = ApprovalTask.objects.filter(request__in=ids).order_by("request", "-created_at")
    found = tasks.distinct("request").only("request", "status", "callback")
    return {task.request_id: task for task in found}


def _looks_well(
    request: ApprovalRequest, standing: Standing | None, latest: ApprovalTask | None
) -> bool:
    if not request.is_open:
        unheard = latest is not None and latest.callback == Callback.READY
        return standing is None or not (standing.is_running or unheard)
    if standing is None or not standing.is_running:
        return False
    if request.status == ApprovalRequest.Status.CHANGES_REQUESTED:
        return bool(request.revision_token)
    return latest is not None and latest.is_pending and latest.callback == Callback.READY
