"""
The remedies. Each goes the road that a message, a delivery or a timer would have taken.

So none does harm when that road is taken after all, a moment before or after: the services look
again under their locks, and the port knows its own repetitions. A kill between two writes leaves
a state that the next look finds again.
"""

import logging
import uuid
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from approvals import services
from approvals.bridges import workflow
from approvals.bridges.reconciling.judging import Finding, Remedy
from approvals.bridges.reconciling.sight import Sight
from approvals.models import ApprovalRequest, ApprovalTask
from approvals.services.repairs import park, record_made, reopen_request
from approvals.services.repairs.recording import made_of_late
from core.errors import DomainError
from core.queues import handler
from outbox.events import Permanent

logger = logging.getLogger(__name__)

Callback = ApprovalTask.Callback
# A trouble that comes back so often within an hour is not cured by the same remedy.
OFTEN = 3
_AN_HOUR = timedelta(hours=1)


def mend(sight: Sight, finding: Finding) -> str:
    """
    Apply the remedy; return "repaired", "parked", or "" where nothing was left to do.

    What the remedy is refused with is the reason for which the trouble is parked.
    """
    if finding.remedy == Remedy.PARK:
        return _park(sight, finding, finding.says)
    if made_of_late(sight.request, finding.kind, within=_AN_HOUR) >= OFTEN:
        return _park(sight, finding, "It was repaired again and again within an hour.")
    try:
        done = _REMEDIES[finding.remedy](sight, finding)
    except (DomainError, Permanent) as refusal:
        logger.warning("%s of %s: %s", finding.kind, sight.request.execution_name, refusal)
        return _park(sight, finding, str(refusal))
    return "repaired" if done else ""


def _park(sight: Sight, finding: Finding, reason: str) -> str:
    return "parked" if park(sight.request, finding, reason) else ""


def _note(sight: Sight, finding: Finding) -> bool:
    record_made(sight.request, finding, finding.says)
    return True


def _start(sight: Sight, finding: Finding) -> bool:
    request = ApprovalRequest.objects.open().filter(pk=sight.request.pk).first()
    if request is None:
        return False
    workflow.start([request])
    return _note(sight, finding)


def _hand_over(sight: Sight, finding: Finding) -> bool:
    return _take_in(sight) and _note(sight, finding)


def _take_in(sight: Sight) -> bool:
    """As if the message had come by its queue."""
    if sight.open is None:
        return False
    take = handler(sight.open.queue)
    if take is None:
        raise Permanent(f"Nobody handles the queue {sight.open.queue}.")
    take({f"reconciler-{uuid.uuid4()}": dict(sight.open.body)})
    return True


def _answer(sight: Sight, finding: Finding) -> bool:
    task = finding.task
    if task is None:
        return False
    if sight.open is not None:
        # We took it for delivered, and the engine waits for this very token.
        held = ApprovalTask.objects.filter(pk=task.pk, task_token=sight.open.token)
        held.exclude(callback=Callback.READY).update(callback=Callback.READY)
    task = ApprovalTask.objects.select_related("request").get(pk=task.pk)
    if task.callback != Callback.READY:
        return False
    workflow.answer(task)
    return _note(sight, finding)


def _answer_revision(sight: Sight, finding: Finding) -> bool:
    request = ApprovalRequest.objects.select_related("version").get(pk=sight.request.pk)
    if not request.is_under_review:
        return False
    workflow.answer_revision(request, request.version.number)
    return _note(sight, finding)


@transaction.atomic
def _close(sight: Sight, finding: Finding) -> bool:
    request = ApprovalRequest.objects.locked(sight.request.pk)
    if not request.is_open or finding.status is None:
        return False
    services.close_requests({request.pk: finding.status})
    return _note(sight, finding)


def _stop(sight: Sight, finding: Finding) -> bool:
    if ApprovalRequest.objects.open().filter(pk=sight.request.pk).exists():
        return False
    workflow.stop(sight.request, cause=finding.found)
    forget_late_tokens(sight.request)
    return _note(sight, finding)


def _reopen(sight: Sight, finding: Finding) -> bool:
    with transaction.atomic():
        reopen_request(request_id=sight.request.pk)
        _note(sight, finding)
    _take_in(sight)
    return True


def forget_late_tokens(request: ApprovalRequest) -> int:
    """Tokens that came for tasks of a closed request stand for nothing once its workflow ends."""
    closed = request.tasks.filter(status=ApprovalTask.Status.CANCELLED, callback=Callback.READY)
    return closed.update(callback=Callback.MOOT)


_REMEDIES: dict[Remedy, Callable[[Sight, Finding], bool]] = {
    Remedy.NOTE: _note,
    Remedy.START: _start,
    Remedy.HAND_OVER: _hand_over,
    Remedy.ANSWER: _answer,
    Remedy.ANSWER_REVISION: _answer_revision,
    Remedy.CLOSE: _close,
    Remedy.STOP: _stop,
    Remedy.REOPEN: _reopen,
}
