"""What is amiss with a request, and which remedy it calls for. Nothing is changed here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from approvals.bridges.reconciling.sight import AWAITS_REVISION, Open, Sight
from approvals.exceptions import CannotReopen
from approvals.models import ApprovalRequest, ApprovalTask, Repair
from approvals.services.repairs import Trouble, ensure_can_reopen
from approvals.services.repairs.evidence import (
    gap_before_end,
    gap_before_revision,
    gap_before_stage,
)
from workflows.models import Execution

GRACE = timedelta(minutes=1)

Kind = Repair.Kind
Status = ApprovalRequest.Status
Callback = ApprovalTask.Callback

# What the definition's Fail state says once the outcome was reported.
_REPORTED = {"Approval.Rejected": Status.REJECTED, "Approval.Expired": Status.EXPIRED}


class Remedy(Enum):
    WAIT = auto()
    START = auto()
    HAND_OVER = auto()
    ANSWER = auto()
    ANSWER_REVISION = auto()
    CLOSE = auto()
    STOP = auto()
    REOPEN = auto()
    NOTE = auto()
    PARK = auto()


@dataclass(frozen=True, kw_only=True)
class Finding(Trouble):
    """A trouble with its remedy. `says` is what was done, or why nothing is."""

    remedy: Remedy
    says: str = ""
    status: Status | None = None
    task: ApprovalTask | None = None


_NOT_YET = Finding(kind=Kind.UNDELIVERED, found="", remedy=Remedy.WAIT)
_LOST_RECORD = Finding(
    kind=Kind.LOST_RECORD,
    found="The engine has an execution that was not recorded here.",
    remedy=Remedy.NOTE,
    says="Its record was fetched from the engine.",
)


def judge(sight: Sight, now: datetime, grace: timedelta = GRACE) -> Finding | None:
    """What is amiss, or None. A finding to WAIT is one for a later look: it may be under way."""
    if not sight.was_recorded and sight.execution is not None:
        # This look has fetched the record, so the next one would not find it missing.
        return _LOST_RECORD if now - sight.request.created_at >= grace else _NOT_YET
    found = _judge_open(sight) if sight.request.is_open else _judge_closed(sight)
    if found is not None and now - _stirred_at(sight) < grace:
        return _NOT_YET
    return found


def outcome_of(sight: Sight) -> Status | None:
    """How the workflow ended, in a request's words; None while it runs."""
    ended = sight.execution
    if ended is None or ended.status == Execution.Status.RUNNING:
        return None
    if ended.status == Execution.Status.SUCCEEDED:
        return Status.APPROVED
    return _REPORTED.get(ended.error, Status.FAILED)


def _stirred_at(sight: Sight) -> datetime:
    """When the request or its workflow moved last: the normal road may still be at it."""
    request, latest = sight.request, sight.latest
    moments = [sight.moved_at, request.closed_at, request.version.created_at]
    if latest is not None:
        moments += [latest.decided_at, latest.created_at]
    return max(moment for moment in moments if moment is not None)


def _judge_open(sight: Sight) -> Finding | None:
    if sight.execution is None:
        return Finding(
            kind=Kind.LOST_START,
            found="The request is open and no workflow runs for it.",
            remedy=Remedy.START,
            says="The workflow was started.",
        )
    outcome = outcome_of(sight)
    if outcome is not None:
        return _judge_end(sight, outcome)
    if not sight.waits:
        return None
    return _judge_waiting(sight, sight.open) if sight.open else _judge_unknown_token(sight)


def _judge_end(sight: Sight, outcome: Status) -> Finding:
    ended = sight.execution
    reason = (ended.error or ended.cause)[:200] if ended else ""
    found = f"The workflow has ended ({reason or outcome.label.lower()}), the request is open."
    gap = gap_before_end(sight.request, sight.tasks, outcome)
    if gap:
        return Finding(kind=Kind.DIVERGED, found=found, remedy=Remedy.PARK, says=gap)
    return Finding(
        kind=Kind.ENDED_UNHEARD,
        found=found,
        remedy=Remedy.CLOSE,
        status=outcome,
        says=f"The request was closed: {outcome.label.lower()}.",
    )


def _judge_waiting(sight: Sight, awaited: Open) -> Finding | None:
    gap = _gap(sight, awaited)
    if gap:
        found = "The workflow is further than this database."
        return Finding(kind=Kind.DIVERGED, found=found, remedy=Remedy.PARK, says=gap)
    return _judge_stage(sight, awaited) if awaited.asks_for_verdicts else _judge_revision(sight)


def _gap(sight: Sight, awaited: Open) -> str:
    if awaited.asks_for_verdicts:
        return gap_before_stage(sight.request, sight.tasks, awaited.stage, awaited.round)
    return gap_before_revision(sight.tasks, awaited.stage, awaited.round)


def _judge_stage(sight: Sight, awaited: Open) -> Finding | None:
    here = (awaited.stage, awaited.round)
    task = next((task for task in sight.tasks if (task.stage, task.round) == here), None)
    if task is None or task.task_token != awaited.token:
        return _lost_message("The workflow waits for verdicts, and its message is not here.")
    return None if task.is_pending else _undelivered(task)


def _judge_revision(sight: Sight) -> Finding | None:
    request, awaited = sight.request, sight.open
    if awaited and request.revision_token != awaited.token:
        return _lost_message("The workflow waits for a new version, and its message is not here.")
    if request.status == Status.CHANGES_REQUESTED:
        return None
    if sight.latest is None or sight.latest.version_id == request.version_id:
        return _lost_message("The workflow waits for a new version, and nobody was asked for it.")
    return Finding(
        kind=Kind.UNDELIVERED,
        found="A new version is here, and the workflow still waits for it.",
        remedy=Remedy.ANSWER_REVISION,
        says="The workflow was told of the new version.",
    )


def _judge_unknown_token(sight: Sight) -> Finding | None:
    """The engine keeps no tokens: what is held here is believed as far as it goes."""
    task, request = sight.latest, sight.request
    if sight.execution and sight.execution.state == AWAITS_REVISION:
        if request.revision_token:
            return _judge_revision(sight)
    elif task is not None and task.task_token and task.callback == Callback.READY:
        return None if task.is_pending else _undelivered(task)
    return Finding(
        kind=Kind.LOST_TOKEN,
        found="The workflow waits, and the token that lets it run on is not here.",
        remedy=Remedy.PARK,
        says="The engine cannot say the token again. Withdraw the request and ask anew.",
    )


def _lost_message(found: str) -> Finding:
    return Finding(
        kind=Kind.LOST_TOKEN,
        found=found,
        remedy=Remedy.HAND_OVER,
        says="The message was read back from the workflow's history.",
    )


def _undelivered(task: ApprovalTask) -> Finding:
    return Finding(
        kind=Kind.UNDELIVERED,
        found=f"The task is settled ({task.get_status_display().lower()}), "
        "and the workflow has not gone on.",
        remedy=Remedy.ANSWER,
        says="The workflow was told again.",
        task=task,
    )


def _judge_closed(sight: Sight) -> Finding | None:
    if sight.is_running:
        return _judge_left_running(sight) if _stays(sight) else _NOT_YET
    if sight.execution is not None and _ended_well_after_all(sight):
        reopening = _reopening(sight)
        return reopening if reopening.remedy == Remedy.REOPEN else None
    unheard = [task for task in sight.tasks if task.callback == Callback.READY]
    settled = [task for task in unheard if task.status != ApprovalTask.Status.CANCELLED]
    return _undelivered(settled[-1]) if settled else None


def _ended_well_after_all(sight: Sight) -> bool:
    """Whether a request that a fault had closed has an outcome now, backed by decisions here."""
    outcome = outcome_of(sight)
    if sight.request.status != Status.FAILED or not _was_taken_up(sight):
        return False
    if outcome not in (Status.APPROVED, Status.REJECTED):
        return False
    return not gap_before_end(sight.request, sight.tasks, outcome)


def _stays(sight: Sight) -> bool:
    """Whether the execution will not end by itself in a moment."""
    return sight.waits or sight.request.status == Status.CANCELLED


def _judge_left_running(sight: Sight) -> Finding:
    if not _was_taken_up(sight):
        return Finding(
            kind=Kind.LEFT_RUNNING,
            found="The request is closed, and its workflow runs on.",
            remedy=Remedy.STOP,
            says="The workflow was stopped: nobody will answer it.",
        )
    if sight.request.status == Status.FAILED and sight.open and not _gap_if_open(sight):
        return _reopening(sight)
    return _stopping_again("The request has ended for good.")


def _was_taken_up(sight: Sight) -> bool:
    """Whether the execution went on after the request had been closed."""
    closed_at = sight.request.closed_at
    if closed_at is None or sight.execution is None:
        return False
    if sight.request.status == Status.CANCELLED:
        # What was under way when the request was withdrawn may have moved it later than that.
        return sight.execution.redrive_count > 0
    return sight.moved_at > closed_at


def _gap_if_open(sight: Sight) -> str:
    if sight.open is None:
        return "The token is not known."
    others = tuple(task for task in sight.tasks if task.status != ApprovalTask.Status.CANCELLED)
    if not sight.open.asks_for_verdicts:
        return gap_before_revision(others, sight.open.stage, sight.open.round)
    return gap_before_stage(sight.request, others, sight.open.stage, sight.open.round)


def _reopening(sight: Sight) -> Finding:
    try:
        ensure_can_reopen(sight.request)
    except CannotReopen as refusal:
        return _stopping_again(str(refusal))
    return Finding(
        kind=Kind.REDRIVEN,
        found="A fault had ended the workflow, and somebody has taken it up again.",
        remedy=Remedy.REOPEN,
        says="The request goes on.",
    )


def _stopping_again(why: str) -> Finding:
    return Finding(
        kind=Kind.REDRIVEN,
        found="Somebody has taken the workflow up again after the request was closed.",
        remedy=Remedy.STOP,
        says=f"{why} The workflow was stopped again.",
    )
