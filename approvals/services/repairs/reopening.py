"""A request that a fault had ended goes on, when somebody takes its workflow up again."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from approvals.events import RequestReopened
from approvals.exceptions import CannotReopen, RequestNotFound
from approvals.models import ApprovalRequest, ApprovalTask, Assignment
from core.actor import SYSTEM
from outbox.publishing import publish


def ensure_can_reopen(request: ApprovalRequest) -> None:
    """
    Only what a fault ended, and while nothing has taken its place.

    Raises CannotReopen with the reason.
    """
    if request.status != ApprovalRequest.Status.FAILED:
        ended = request.get_status_display().lower()
        raise CannotReopen(f"The request has ended for good: {ended}.")
    if request.question.latest_version != request.version.number:
        raise CannotReopen("The question has a newer version since.")
    others = ApprovalRequest.objects.filter(question=request.question_id)
    if others.filter(created_at__gt=request.created_at).exists():
        raise CannotReopen("Approval of the question was asked for again since.")


@transaction.atomic
def reopen_request(*, request_id: uuid.UUID) -> ApprovalRequest:
    """
    Let a request go on that a fault of its workflow had ended; it is under review again.

    The task that was open then is open again for the same people, with its full time, as soon
    as the workflow asks for it. Raises RequestNotFound and CannotReopen.
    """
    try:
        request = ApprovalRequest.objects.locked(request_id)
    except ApprovalRequest.DoesNotExist:
        raise RequestNotFound("There is no such request.") from None
    # Whoever asks for approval of the question now waits for this, or is seen here.
    request.question = (
        type(request.question).objects.select_for_update(no_key=True).get(pk=request.question_id)
    )
    ensure_can_reopen(request)
    request.status, request.closed_at = ApprovalRequest.Status.PENDING, None
    request.check_at = timezone.now() + timedelta(minutes=1)
    # What the workflow held before the fault is void: it asks again, with new tokens.
    request.revision_token = request.revision_token_generation = ""
    request.save(
        update_fields=[
            *("status", "closed_at", "check_at", "revision_token", "revision_token_generation")
        ]
    )
    _reopen_task(request)
    publish(
        RequestReopened(
            request_id=str(request.pk),
            question_id=str(request.question_id),
            question_title=request.version.title,
            requester_id=str(request.requester_id),
            subject=request.version.subject,
        ),
        actor=SYSTEM,
    )
    return request


def _reopen_task(request: ApprovalRequest) -> None:
    """The task that the fault closed; those that people settled stay as they are."""
    closed = request.tasks.filter(status=ApprovalTask.Status.CANCELLED)
    task = closed.for_change().order_by("-created_at").first()
    if task is None:
        return
    stage, now = request.stages[task.stage], timezone.now()
    due_at = stage.due_from(now)
    task.reopen(due_at=due_at, next_step_at=stage.next_step_at(due_at, now))
    decided = task.decisions.values("assessor")
    ended = task.assignments.filter(state=Assignment.State.ENDED).exclude(assessor__in=decided)
    ended.update(state=Assignment.State.ACTIVE, due_at=task.due_at, updated_at=timezone.now())
