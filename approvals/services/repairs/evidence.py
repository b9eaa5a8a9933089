"""
Whether what a workflow did is backed by what people decided here.

Nothing is approved, rejected or opened on a workflow's word alone: a database that was restored
from a backup may have forgotten decisions that the workflow still goes by.
"""

from collections.abc import Sequence

from approvals.models import ApprovalRequest, ApprovalTask, Verdict

Status = ApprovalRequest.Status
Callback = ApprovalTask.Callback
UNHEARD = (Callback.AWAITING_TOKEN, Callback.READY, Callback.MOOT)
RETURNED = (ApprovalTask.Status.REJECTED, ApprovalTask.Status.CHANGES_REQUESTED)


def gap_before_stage(
    request: ApprovalRequest, tasks: Sequence[ApprovalTask], stage: int, round_: int
) -> str:
    """Why the workflow cannot rightly ask for verdicts on this stage; empty if it can."""
    if any(task.is_pending and (task.stage, task.round) != (stage, round_) for task in tasks):
        return "It asks for another stage than the one that is open here."
    if request.status == Status.CHANGES_REQUESTED:
        return "It asks for verdicts, and a new version is awaited here."
    if (stage, round_) == (0, 0):
        return ""
    if any(_leads_to(task, request, stage, round_) for task in tasks):
        return ""
    return f"It waits in stage {stage + 1}, and no decision here has led there."


def gap_before_revision(tasks: Sequence[ApprovalTask], stage: int, round_: int) -> str:
    """Why the workflow cannot rightly ask for a new version; empty if it can."""
    for task in tasks:
        if (task.stage, task.round) == (stage, round_):
            if task.status == ApprovalTask.Status.CHANGES_REQUESTED:
                return ""
            return "It waits for a new version, and nobody here has asked for changes."
    return "It waits for a new version of a stage that was never open here."


def gap_before_end(request: ApprovalRequest, tasks: Sequence[ApprovalTask], outcome: Status) -> str:
    """Why the workflow cannot rightly have ended so; empty if it can."""
    if outcome == Status.APPROVED:
        return "" if _all_approved(request, tasks) else "The approvals for that are not here."
    if outcome == Status.REJECTED:
        rejected = any(task.status == ApprovalTask.Status.REJECTED for task in tasks)
        return "" if rejected else "The rejection is not here."
    if outcome == Status.EXPIRED and _was_answered_in_time(request, tasks):
        return "It gave up although an answer had been given here in time."
    return ""


def _leads_to(task: ApprovalTask, request: ApprovalRequest, stage: int, round_: int) -> bool:
    if (task.stage, task.round) == (stage - 1, round_):
        return _is_approved(task)
    if (task.stage, task.round) == (stage, round_ - 1):
        asked = task.status == ApprovalTask.Status.CHANGES_REQUESTED
        return asked and task.version_id != request.version_id
    return False


def _all_approved(request: ApprovalRequest, tasks: Sequence[ApprovalTask]) -> bool:
    approved = [task for task in tasks if _is_approved(task)]
    last = len(request.stages) - 1
    current = any(task.stage == last and task.version_id == request.version_id for task in approved)
    return current and {task.stage for task in approved} >= set(range(last + 1))


def _is_approved(task: ApprovalTask) -> bool:
    """By its own status and by verdicts on exactly the content that it stands for."""
    if task.status != ApprovalTask.Status.APPROVED:
        return False
    verdicts = task.decisions.filter(verdict=Verdict.APPROVED, digest=task.version.digest)
    return verdicts.count() >= task.approve_n


def _was_answered_in_time(request: ApprovalRequest, tasks: Sequence[ApprovalTask]) -> bool:
    latest = tasks[-1] if tasks else None
    if latest is None or latest.status not in (ApprovalTask.Status.APPROVED, *RETURNED):
        return False
    if latest.callback in UNHEARD:
        return True
    revised = latest.version_id != request.version_id
    return latest.status == ApprovalTask.Status.CHANGES_REQUESTED and revised
