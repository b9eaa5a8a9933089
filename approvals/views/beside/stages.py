"""The policy of a request as a strip of stages: who was asked, who said what, what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from approvals.models import ApprovalRequest, ApprovalTask, Assignment
from approvals.policy import Stage

SHOWN = {
    ApprovalTask.Status.PENDING: "now",
    ApprovalTask.Status.APPROVED: "done",
    ApprovalTask.Status.REJECTED: "failed",
    ApprovalTask.Status.CHANGES_REQUESTED: "failed",
    ApprovalTask.Status.EXPIRED: "failed",
    ApprovalTask.Status.CANCELLED: "failed",
}


@dataclass(frozen=True, kw_only=True)
class Seat:
    """Somebody on a stage, and their verdict where there is one."""

    name: str
    verdict: str = ""
    comment: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class StageView:
    """`look` is now, done, failed or later."""

    number: int
    name: str
    look: str
    rule: str
    timing: str
    asked: str
    seats: tuple[Seat, ...]
    due_at: datetime | None
    status: str


def stage_views(request: ApprovalRequest, tasks: Iterable[ApprovalTask]) -> list[StageView]:
    """One view for each stage of the policy, from the newest task of that stage."""
    newest = {task.stage: task for task in sorted(tasks, key=lambda task: task.round)}
    stages = request.stages
    names = _names(stages, newest)
    return [_view(number, stage, newest.get(number), names) for number, stage in enumerate(stages)]


def _view(number: int, stage: Stage, task: ApprovalTask | None, names: dict[str, str]) -> StageView:
    return StageView(
        number=number + 1,
        name=stage.name,
        look=SHOWN[ApprovalTask.Status(task.status)] if task else "later",
        rule=_rule(stage),
        timing=_timing(stage),
        asked=_asked(stage, names) if task is None or stage.group else "",
        seats=_seats(task) if task else (),
        due_at=task.due_at if task and task.is_pending else None,
        status=task.status if task else "",
    )


def _rule(stage: Stage) -> str:
    approvals = "1 approval" if stage.approve_n == 1 else f"{stage.approve_n} approvals"
    back = "1 other verdict" if stage.return_n == 1 else f"{stage.return_n} other verdicts"
    return f"{approvals} pass it, {back} return it" if stage.seats > 1 else "One verdict settles it"


def _timing(stage: Stage) -> str:
    """When people hear of it besides, and how long they may be late."""
    before = " and ".join(f"{hours:g} h" for hours in stage.remind_hours)
    said = [f"Reminder {before} before it is due"] if before else []
    if stage.grace:
        said.append(f"Verdicts count until {stage.grace_hours:g} h after")
    return ". ".join(said)


def _asked(stage: Stage, names: dict[str, str]) -> str:
    if stage.group:
        return f"Offered to {stage.group}"
    return "For " + ", ".join(names.get(each, "somebody who left") for each in stage.assessors)


def _seats(task: ApprovalTask) -> tuple[Seat, ...]:
    decided = [
        Seat(
            name=str(decision.assessor),
            verdict=decision.verdict,
            comment=decision.comment,
            at=decision.created_at,
        )
        for decision in task.decisions.all()
    ]
    waiting = [
        Seat(name=str(place.assessor))
        for place in task.assignments.all()
        if place.state == Assignment.State.ACTIVE
    ]
    return (*decided, *waiting)


def _names(stages: Iterable[Stage], begun: dict[int, ApprovalTask]) -> dict[str, str]:
    """Of the people in stages that are still to come, in one query or none."""
    later = [
        person
        for number, stage in enumerate(stages)
        if number not in begun
        for person in stage.assessors
    ]
    if not later:
        return {}
    return {str(user.pk): str(user) for user in User.objects.filter(pk__in=later)}
