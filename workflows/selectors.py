"""Questions about executions that change nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Now

from workflows.exceptions import ExecutionDoesNotExist
from workflows.models import Execution, HistoryEvent

NEWEST_FIRST = ("-started_at", "-id")


@dataclass(frozen=True, kw_only=True)
class Description:
    """An execution in Step Functions' words. `state` is where it is, or was last."""

    name: str
    status: str
    input: Any
    output: Any
    error: str
    cause: str
    started_at: datetime
    stopped_at: datetime | None
    state: str
    redrive_count: int = 0


def description(name: str) -> Description:
    """Raises ExecutionDoesNotExist."""
    execution = by_name(name)
    return Description(
        name=execution.name,
        status=execution.status,
        input=execution.input,
        output=execution.output,
        error=execution.error,
        cause=execution.cause,
        started_at=execution.started_at,
        stopped_at=execution.stopped_at,
        state=execution.state,
    )


def by_name(name: str) -> Execution:
    """An execution with its definition. Raises ExecutionDoesNotExist."""
    execution = Execution.objects.select_related("definition").filter(name=name).first()
    if execution is None:
        raise ExecutionDoesNotExist(f"There is no execution {name}.")
    return execution


def history(execution: Execution) -> list[HistoryEvent]:
    """All that happened, in order."""
    return list(HistoryEvent.objects.filter(execution=execution).order_by("number"))


def counts_by_status(within: timedelta = timedelta(days=1)) -> dict[str, int]:
    """How many executions that began in this time stand where; every status is there."""
    recent = Execution.objects.filter(started_at__gte=Now() - within)
    found = dict(recent.values_list("status").annotate(count=Count("id")).order_by())
    return {status: found.get(status, 0) for status in Execution.Status.values}


def executions(status: str = "") -> QuerySet[Execution]:
    """Executions of a status, or all, without the data that they carry."""
    found = Execution.objects.select_related("definition").defer("progress", "input", "output")
    return found.filter(status=status) if status else found


def recent_executions(limit: int = 20) -> list[Execution]:
    """The executions that began last, newest first."""
    return list(executions().order_by(*NEWEST_FIRST)[:limit])


def oldest_waiting() -> Execution | None:
    """The running execution that began first."""
    return Execution.objects.running().order_by("started_at").first()
