"""What the workflow asks for: verdicts on a stage, or a new version from the requester."""

import uuid
from datetime import datetime, timedelta

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from approvals.events import RevisionRequested, TaskAssigned
from approvals.models import ApprovalRequest, ApprovalTask, Assignment
from approvals.services.planning import eligible_members
from core.actor import SYSTEM
from outbox.publishing import publish


def open_task(request: ApprovalRequest, *, stage: int, round_: int, at: datetime) -> ApprovalTask:
    """Create the task of a stage with its places, in the caller's transaction."""
    wanted = request.stages[stage]
    people = _people_for(request, stage, round_)
    task = ApprovalTask.objects.create(
        request=request,
        question=request.question,
        version=request.version,
        stage=stage,
        round=round_,
        approve_n=wanted.approve_n,
        return_n=wanted.return_n,
        assigned_by=request.requester,
        assigned_to_id=people[0] if len(people) == 1 else None,
        assigned_group=Group.objects.get(name=wanted.group) if wanted.group else None,
        due_at=at + timedelta(hours=wanted.due_hours),
    )
    Assignment.objects.bulk_create(
        Assignment(
            task=task, assessor_id=person, requester_id=request.requester_id, due_at=task.due_at
        )
        for person in people
    )
    return task


def _people_for(request: ApprovalRequest, stage: int, round_: int) -> list[uuid.UUID]:
    """Those named by the policy; in a later round, those who held the places before."""
    named = [uuid.UUID(person) for person in request.stages[stage].assessors]
    if not named or round_ == 0:
        return named
    stayed = (Assignment.State.DECIDED, Assignment.State.ENDED)
    before = Assignment.objects.filter(
        task__request=request, task__stage=stage, task__round=round_ - 1, state__in=stayed
    )
    # The rounds before may belong to an earlier stage: this one starts with those named then.
    return list(before.order_by("pk").values_list("assessor_id", flat=True)) or named


@transaction.atomic
def open_stage(
    *, request_id: uuid.UUID, stage: int, round_: int, token: str, generation: str
) -> ApprovalTask | None:
    """
    The workflow waits for this stage's outcome: keep its token and tell the assessors.

    Returns the task if it is settled already, so that the caller can answer the workflow at
    once, and None otherwise. An older token than the one held is ignored; only the first token
    of a task tells anyone.
    """
    task = _task_of(request_id, stage, round_)
    if task is None or generation <= task.task_token_generation:
        return None if task is None or task.is_pending else task

    first = not task.task_token_generation
    task.task_token, task.task_token_generation = token, generation
    task.callback = ApprovalTask.Callback.READY
    task.save(update_fields=["task_token", "task_token_generation", "callback", "updated_at"])
    if not task.is_pending:
        return task
    if first:
        _announce(task)
    return None


def _task_of(request_id: uuid.UUID, stage: int, round_: int) -> ApprovalTask | None:
    """The stage's task, locked; made now if the request is still open and it is missing."""
    of_stage = ApprovalTask.objects.filter(request=request_id, stage=stage, round=round_)
    if (task := of_stage.for_change().first()) is None:
        request = ApprovalRequest.objects.locked(request_id)
        if request.is_open and (task := of_stage.for_change().first()) is None:
            task = open_task(request, stage=stage, round_=round_, at=timezone.now())
    return task


def _announce(task: ApprovalTask) -> None:
    if task.assigned_group:
        people = eligible_members(task.assigned_group, task.assigned_by)
        ids = list(people.values_list("pk", flat=True))
    else:
        ids = list(task.assignments.active().values_list("assessor_id", flat=True))
    publish(
        TaskAssigned(
            task_id=str(task.pk),
            request_id=str(task.request_id),
            question_id=str(task.question_id),
            question_title=task.question.title,
            subject=task.question.subject,
            requester_id=str(task.assigned_by_id),
            assessor_ids=[str(person) for person in ids],
            group=task.assigned_group.name if task.assigned_group else "",
            stage=task.stage,
            due_at=task.due_at.isoformat(),
        ),
        actor=SYSTEM,
    )


@transaction.atomic
def await_revision(
    *, request_id: uuid.UUID, stage: int, round_: int, token: str, generation: str
) -> int | None:
    """
    The workflow waits for a new version: keep its token and tell the requester.

    Returns the version's number if it is there already, so that the caller can answer the
    workflow at once, and None otherwise. An older token than the one held is ignored.
    """
    request = ApprovalRequest.objects.locked(request_id)
    if not request.is_open or generation <= request.revision_token_generation:
        return None
    request.revision_token, request.revision_token_generation = token, generation
    request.save(update_fields=["revision_token", "revision_token_generation"])

    judged = ApprovalTask.objects.get(request=request, stage=stage, round=round_)
    if judged.version_id != request.version_id:
        return request.version.number
    if request.status == ApprovalRequest.Status.PENDING:
        _ask_for_changes(request)
    return None


def _ask_for_changes(request: ApprovalRequest) -> None:
    request.status = ApprovalRequest.Status.CHANGES_REQUESTED
    request.save(update_fields=["status"])
    publish(
        RevisionRequested(
            request_id=str(request.pk),
            question_id=str(request.question_id),
            question_title=request.question.title,
            requester_id=str(request.requester_id),
        ),
        actor=SYSTEM,
    )
