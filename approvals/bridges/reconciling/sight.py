"""One request, as this database has it and as the workflow's engine has it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from approvals.models import ApprovalRequest, ApprovalTask
from workflows import selectors as mirror
from workflows import services as workflows
from workflows.exceptions import ExecutionDoesNotExist
from workflows.models import Execution
from workflows.selectors import Description

AWAITS_VERDICTS = "AssignToAssessor"
AWAITS_REVISION = "AwaitRevision"


@dataclass(frozen=True, kw_only=True)
class Open:
    """The token that the engine gave out last, and what its state asked for with it."""

    token: str = field(repr=False)
    body: Mapping[str, Any] = field(repr=False)
    queue: str

    @property
    def asks_for_verdicts(self) -> bool:
        return bool(self.body.get("type") == "assignment")

    @property
    def stage(self) -> int:
        return int(self.body["stage"])

    @property
    def round(self) -> int:
        return int(self.body["round"])


@dataclass(frozen=True, kw_only=True)
class Sight:
    """
    What is known of a request at one moment. Nothing is locked: who acts on it looks again.

    `tasks` are in the order in which they were made. `moved_at` is when the execution took its
    last step. `open` is empty where no state waits, or where the engine cannot say its token.
    """

    request: ApprovalRequest
    tasks: tuple[ApprovalTask, ...]
    execution: Description | None
    was_recorded: bool
    moved_at: datetime
    open: Open | None

    @property
    def is_running(self) -> bool:
        return self.execution is not None and self.execution.status == Execution.Status.RUNNING

    @property
    def waits(self) -> bool:
        """Whether the execution is in a state that only an answer of ours ends."""
        states = (AWAITS_VERDICTS, AWAITS_REVISION)
        return self.is_running and self.execution is not None and self.execution.state in states

    @property
    def latest(self) -> ApprovalTask | None:
        return self.tasks[-1] if self.tasks else None


def see(request: ApprovalRequest) -> Sight:
    """Ask the engine, then read the database: what happens in between has happened there, too."""
    name = request.execution_name
    was_recorded = bool(mirror.standings([name]))
    execution = _execution(name)
    awaited = _open(name) if execution and execution.status == Execution.Status.RUNNING else None
    fresh = ApprovalRequest.objects.select_related("question", "version").get(pk=request.pk)
    tasks = fresh.tasks.select_related("version", "request").order_by("created_at", "task_id")
    return Sight(
        request=fresh,
        tasks=tuple(tasks),
        execution=execution,
        was_recorded=was_recorded,
        moved_at=_moved_at(execution, fresh),
        open=awaited,
    )


def _execution(name: str) -> Description | None:
    try:
        return workflows.sync(name)
    except ExecutionDoesNotExist:
        return None


def _open(name: str) -> Open | None:
    found = workflows.open_token(name)
    return Open(token=found.token, body=found.body, queue=found.queue) if found else None


def _moved_at(execution: Description | None, request: ApprovalRequest) -> datetime:
    if execution is None:
        return request.created_at
    return execution.stopped_at or mirror.moved_at(execution.name) or execution.started_at
