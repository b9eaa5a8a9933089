"""Questions about executions that change nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Now

from workflows.exceptions import ExecutionDoesNotExist
from workflows.models import Execution, HistoryEvent

NEWEST_FIRST = ("-started_at", "-id")
# Context object and history write down the same moment in milliseconds, cut off or rounded.
CLOCKS_DIFFER = timedelta(milliseconds=2)


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


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where an execution stands, as far as it is known here."""

    status: str
    state: str

    @property
    def is_running(self) -> bool:
        return self.status == Execution.Status.RUNNING


def standings(names: Sequence[str]) -> dict[str, Standing]:
    """Where those of the executions stand that are known here, in one query."""
    rows = Execution.objects.filter(name__in=names).values_list("name", "status", "state")
    return {name: Standing(status=status, state=state) for name, status, state in rows}


def moved_at(name: str) -> datetime | None:
    """When something happened in the execution last, as far as it is known here."""
    events = HistoryEvent.objects.filter(execution__name=name).order_by("-number")
    return events.values_list("occurred_at", flat=True).first()


def description(name: str) -> Description:
    """Raises ExecutionDoesNotExist."""
    return described(by_name(name))


def described(execution: Execution) -> Description:
    """What its row says of an execution."""
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
        redrive_count=execution.redrive_count,
    )


class Visit(StrEnum):
    """What came of the task in a state that was entered at a certain moment."""

    ANSWERED = "ANSWERED"
    GIVEN_UP = "GIVEN_UP"  # its time was over or it failed, and the execution went on
    WAITING = "WAITING"  # for an answer, or for the moment to ask again
    UNKNOWN = "UNKNOWN"


def visit(name: str, entered_at: datetime) -> Visit:
    """What the history knows of the task in the state that was entered at this moment."""
    history = HistoryEvent.objects.filter(execution__name=name)
    near = history.filter(
        type="TaskStateEntered",
        occurred_at__range=(entered_at - CLOCKS_DIFFER, entered_at + CLOCKS_DIFFER),
    )
    entered = min(near, key=lambda event: abs(event.occurred_at - entered_at), default=None)
    if entered is None:
        return Visit.UNKNOWN
    rest = (
        history.filter(number__gt=entered.number).order_by("number").values_list("type", flat=True)
    )
    return _visit(rest)


def _visit(types: Iterable[str]) -> Visit:
    last, came_to = "", Visit.WAITING
    for kind in types:
        if kind == "TaskStateExited":
            return Visit.ANSWERED if last == "TaskSucceeded" else Visit.GIVEN_UP
        if kind.startswith("Execution"):
            came_to = Visit.WAITING if kind == "ExecutionRedriven" else Visit.GIVEN_UP
        last = kind
    return came_to


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
