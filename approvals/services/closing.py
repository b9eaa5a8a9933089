"""How a request ends: by its workflow, or because it was withdrawn."""

import uuid
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from approvals import rules
from approvals.events import RequestCancelled, RequestClosed
from approvals.exceptions import DecisionUnderWay, RequestNotFound
from approvals.models import ApprovalRequest, ApprovalTask
from approvals.models.requests import check_time
from approvals.services.deciding import end_places
from core.actor import SYSTEM
from core.bulk import update_many
from outbox.publishing import publish, publish_all


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
    if request.status == ApprovalRequest.Status.PENDING and not _pending_tasks([request]):
        raise DecisionUnderWay("A decision has just been taken. See what comes of it first.")

    ended = _close({request: ApprovalRequest.Status.CANCELLED})
    publish(
        RequestCancelled(
            request_id=str(request.pk),
            question_id=str(request.question_id),
            question_title=request.version.title,
            requester_id=str(request.requester_id),
            assessor_ids=[str(person) for left_with in ended.values() for person in left_with],
            subject=request.version.subject,
            task_ids=[str(task.pk) for task in ended],
        ),
        actor=actor.as_actor(),
    )
    return request


@transaction.atomic
def close_requests(outcomes: Mapping[uuid.UUID, ApprovalRequest.Status]) -> None:
    """
    Take over what the workflow says became of these requests. A second time changes nothing.

    Raises RequestNotFound if one of them is not there, and DecisionUnderWay for one that is said
    to have expired although a verdict was given in time: people have to look at that.
    """
    # In one order, so that two callers with several requests each cannot block each other.
    requests = list(ApprovalRequest.objects.for_change().filter(pk__in=outcomes).order_by("pk"))
    if len(requests) < len(outcomes):
        raise RequestNotFound("There is no such request.")
    _ensure_no_verdict_is_overruled(outcomes)
    ending = {request: outcomes[request.pk] for request in requests if request.is_open}
    ended = _close(ending)
    if ending:
        publish_all([_closed(request, ended) for request in ending], actor=SYSTEM)


def _ensure_no_verdict_is_overruled(
    outcomes: Mapping[uuid.UUID, ApprovalRequest.Status],
) -> None:
    expired = [key for key, status in outcomes.items() if status == status.EXPIRED]
    if not expired:
        return
    told = [ApprovalTask.Status.PENDING, ApprovalTask.Status.EXPIRED]
    decided = ApprovalTask.objects.filter(
        request__in=expired, callback=ApprovalTask.Callback.READY
    ).exclude(status__in=told)
    if decided.exists():
        raise DecisionUnderWay("The workflow gave up although a verdict had been given in time.")


def _closed(request: ApprovalRequest, ended: Iterable[ApprovalTask]) -> RequestClosed:
    return RequestClosed(
        request_id=str(request.pk),
        question_id=str(request.question_id),
        question_title=request.version.title,
        subject=request.version.subject,
        requester_id=str(request.requester_id),
        status=request.status,
        task_ids=[str(task.pk) for task in ended if task.request_id == request.pk],
    )


def _pending_tasks(requests: Iterable[ApprovalRequest]) -> list[ApprovalTask]:
    """The requests' open tasks, locked."""
    pending = ApprovalTask.objects.pending().filter(request__in=list(requests))
    return list(pending.for_change().order_by("pk"))


def _close(
    ending: Mapping[ApprovalRequest, ApprovalRequest.Status],
) -> dict[ApprovalTask, list[uuid.UUID]]:
    """Close requests; return the tasks that were left open, and whose inboxes they were in."""
    now = timezone.now()
    for request, status in ending.items():
        request.status, request.closed_at, request.check_at = status, now, check_time()
    update_many(list(ending), ["status", "closed_at", "check_at"])
    ended = {}
    statuses = {request.pk: status for request, status in ending.items()}
    for task in _pending_tasks(ending) if ending else ():
        expired = statuses[task.request_id] == ApprovalRequest.Status.EXPIRED
        task.callback = ApprovalTask.Callback.MOOT
        task.settle(
            ApprovalTask.Status.EXPIRED if expired else ApprovalTask.Status.CANCELLED, at=now
        )
        ended[task] = end_places(task)
    return ended
