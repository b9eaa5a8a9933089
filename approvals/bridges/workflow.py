"""Between approvals and the workflow port: what an execution is given, and what it is told."""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from approvals.models import ApprovalRequest, ApprovalTask
from approvals.policy import REVISION_TIMEOUT
from core.errors import DomainError
from workflows import services as workflows
from workflows.exceptions import ExecutionDoesNotExist, InvalidToken, TaskDoesNotExist, TaskTimedOut
from workflows.models import Execution
from workflows.selectors import Description, Visit, visit

logger = logging.getLogger(__name__)

# What the port says of a token that is not awaited (any more). Which of them it is depends on the
# engine and on timing, so none of them decides anything: sync() does.
NOT_AWAITED = (InvalidToken, TaskDoesNotExist, TaskTimedOut)

Callback = ApprovalTask.Callback


# What the definition's own states end an execution with, after they have reported the outcome.
REPORTED = ("Approval.Rejected", "Approval.Expired", "Approval.Failed")
ENDS_WITH = {"REJECTED": "Approval.Rejected", "EXPIRED": "Approval.Expired"}


def was_reported(error: str) -> bool:
    """Whether an execution that ended with this error has told the status queue before."""
    return error in REPORTED


def request_id_of(execution_name: str) -> uuid.UUID | None:
    """The request that an execution of this name was started for, if it was one of ours."""
    try:
        return uuid.UUID(execution_name.removeprefix("request-"))
    except ValueError:
        return None


def execution_input(request: ApprovalRequest) -> dict[str, Any]:
    """The same for the same request every time: a start is repeated until it is known to be."""
    timeouts = request.policy_copy.engine_timeouts
    return {
        "request_id": str(request.pk),
        "stage": 0,
        "last_stage": len(timeouts) - 1,
        "round": 0,
        "timeouts": timeouts,
        "revision_timeout": REVISION_TIMEOUT,
    }


def start(requests: Sequence[ApprovalRequest]) -> None:
    """
    Start the requests' executions, unless one was withdrawn before that.

    Whoever withdraws it later finds the execution there; whoever withdrew it meanwhile did not,
    so the requests are looked at once more. Several are started together or not at all.
    """
    if len(requests) == 1:
        (request,) = requests
        workflows.start_execution(name=request.execution_name, input=execution_input(request))
    elif requests:
        workflows.start_executions(
            {request.execution_name: execution_input(request) for request in requests}
        )
    for request in ApprovalRequest.objects.filter(
        pk__in=[request.pk for request in requests], status=ApprovalRequest.Status.CANCELLED
    ):
        stop(request)


def stop(request: ApprovalRequest, cause: str = "The request was withdrawn.") -> None:
    """Stop the request's execution if there is one."""
    try:
        workflows.stop_execution(
            name=request.execution_name, error="Approval.Cancelled", cause=cause
        )
    except ExecutionDoesNotExist:
        logger.info("No execution to stop for request %s", request.pk)


def answer_all(tasks: Sequence[ApprovalTask]) -> None:
    """Tell the executions of several tasks with a verdict; all of them or, if one refuses, none."""
    ready = [task for task in tasks if task.callback == Callback.READY]
    if len(ready) == 1:
        answer(ready[0])
    elif ready:
        workflows.complete_tasks({task.task_token: {"verdict": task.status} for task in ready})
        ApprovalTask.objects.filter(pk__in=[task.pk for task in ready]).update(
            callback=Callback.DELIVERED
        )
        ApprovalRequest.objects.check_soon(task.request_id for task in ready)


def answer(task: ApprovalTask) -> None:
    """
    Tell the paused execution what became of the task, if it has asked and does not know yet.

    Before the token is there nothing happens: whoever brings the token finds the task settled.
    A task that was closed with its request has no answer: the reconciler sees what is to be done
    about a workflow that asks for one nevertheless.
    """
    if task.callback != Callback.READY or task.status == ApprovalTask.Status.CANCELLED:
        return
    try:
        if task.status == ApprovalTask.Status.EXPIRED:
            workflows.fail_task(
                token=task.task_token, error="Approval.Expired", cause="The due time passed."
            )
        else:
            workflows.complete_task(token=task.task_token, output={"verdict": task.status})
        callback = Callback.DELIVERED
    except NOT_AWAITED as refusal:
        callback = _what_became_of_it(
            task.request, refusal, task.status, task.task_token_generation
        )
    held = ApprovalTask.objects.filter(pk=task.pk, task_token_generation=task.task_token_generation)
    held.update(callback=callback)
    ApprovalRequest.objects.check_soon([task.request_id])


def answer_revision(request: ApprovalRequest, version: int) -> None:
    """Tell the paused execution that the new version is there."""
    if not request.revision_token:
        return
    try:
        workflows.complete_task(token=request.revision_token, output={"version": version})
    except NOT_AWAITED as refusal:
        _what_became_of_it(request, refusal, "a new version", request.revision_token_generation)
    ApprovalRequest.objects.check_soon([request.pk])


def _what_became_of_it(
    request: ApprovalRequest, refusal: DomainError, verdict: str, generation: str
) -> Callback:
    """
    Whether an execution that does not await the token has gone on with this verdict or without.

    Raises ExecutionDoesNotExist, so that the delivery is tried again and then seen by people.
    """
    found = workflows.sync(request.execution_name)
    logger.info("Execution %s is %s: %s", found.name, found.status, refusal.code)
    if found.status == Execution.Status.RUNNING:
        callback = _on_its_way(found, verdict, generation)
    elif found.status == Execution.Status.SUCCEEDED or found.error == ENDS_WITH.get(verdict):
        callback = Callback.DELIVERED
    else:
        callback = Callback.MOOT
    if callback == Callback.MOOT:
        logger.error("Execution %s is %s without %s.", found.name, found.status, verdict)
    return callback


def _on_its_way(found: Description, verdict: str, generation: str) -> Callback:
    """What a running execution made of the state that gave the token out."""
    entered_at = datetime.fromisoformat(generation.partition("/")[0])
    came_to = visit(found.name, entered_at)
    if came_to == Visit.WAITING:
        # A retry or a redrive gave out a newer token; whoever brings it finds the task settled.
        return Callback.READY
    if came_to == Visit.GIVEN_UP and verdict != ApprovalTask.Status.EXPIRED:
        return Callback.MOOT
    return Callback.DELIVERED
