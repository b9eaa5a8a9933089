"""How a request ends: by its workflow, or because it was withdrawn."""

import uuid

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from approvals import rules
from approvals.events import RequestCancelled, RequestClosed
from approvals.exceptions import DecisionUnderWay, RequestNotFound
from approvals.models import ApprovalRequest, ApprovalTask
from approvals.services.deciding import end_places
from core.actor import SYSTEM
from outbox.publishing import publish


@transaction.atomic
def cancel_request(*, request_id: uuid.UUID, actor: User) -> ApprovalRequest:
    """
    Withdraw a request that is still open; its workflow is stopped once this is committed.

    Raises RequestNotFound, NotYours, RequestClosed, and DecisionUnderWay while the workflow carries
    a decision on.
    """
    try:
        request = ApprovalRequest.objects.locked(request_id)
    except ApprovalRequest.DoesNotExist:
        raise RequestNotFound("There is no such request.") from None
    rules.ensure_may_cancel(actor, request)
    task = _pending_task(request)
    if task is None and request.status == ApprovalRequest.Status.PENDING:
        raise DecisionUnderWay("A decision has just been taken. See what comes of it first.")

    assessors = _close(
        request, task, ApprovalRequest.Status.CANCELLED, ApprovalTask.Status.CANCELLED
    )
    publish(
        RequestCancelled(
            request_id=str(request.pk),
            question_id=str(request.question_id),
            question_title=request.question.title,
            requester_id=str(request.requester_id),
            assessor_ids=[str(person) for person in assessors],
        ),
        actor=actor.as_actor(),
    )
    return request


@transaction.atomic
def close_request(*, request_id: uuid.UUID, status: str) -> ApprovalRequest:
    """
    Take over what the workflow says became of the request. A second time changes nothing.

    `status` is APPROVED, REJECTED, EXPIRED or FAILED. Raises ApprovalRequest.DoesNotExist and
    ValueError for what no workflow of ours says.
    """
    outcome = ApprovalRequest.Status(status)
    request = ApprovalRequest.objects.locked(request_id)
    if not request.is_open:
        return request
    expired = outcome == ApprovalRequest.Status.EXPIRED
    left_over = ApprovalTask.Status.EXPIRED if expired else ApprovalTask.Status.CANCELLED
    _close(request, _pending_task(request), outcome, left_over)
    publish(
        RequestClosed(
            request_id=str(request.pk),
            question_id=str(request.question_id),
            question_title=request.question.title,
            subject=request.question.subject,
            requester_id=str(request.requester_id),
            status=outcome.value,
        ),
        actor=SYSTEM,
    )
    return request


def _pending_task(request: ApprovalRequest) -> ApprovalTask | None:
    """The request's open task, locked."""
    return ApprovalTask.objects.pending().filter(request=request).for_change().first()


def _close(
    request: ApprovalRequest,
    task: ApprovalTask | None,
    status: ApprovalRequest.Status,
    left_over: ApprovalTask.Status,
) -> list[uuid.UUID]:
    """Close the request and the task that is left open; return the assessors it was left with."""
    now = timezone.now()
    request.status, request.closed_at = status, now
    request.save(update_fields=["status", "closed_at"])
    if task is None:
        return []
    task.callback = ApprovalTask.Callback.MOOT
    task.settle(left_over, at=now)
    return end_places(task)
