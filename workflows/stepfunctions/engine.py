"""The workflow port on AWS Step Functions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.errors import DomainError
from workflows import definitions, payloads
from workflows.asl.definition import Definition as Machine
from workflows.exceptions import ExecutionAlreadyExists, StateMachineDoesNotExist
from workflows.models import Execution
from workflows.port import Answer, OpenToken, Sighting
from workflows.selectors import Description
from workflows.stepfunctions import calls, events, mirror


def start(name: str, given: Any, source: definitions.Source) -> Execution:
    """Start an execution, or find the one that there is, running or ended."""
    return start_all({name: given}, source)[0]


def start_all(inputs: Mapping[str, Any], source: definitions.Source) -> list[Execution]:
    """Start several at once. Those already there with the same input are ours."""
    if source.name != mirror.DEFINITION:
        raise StateMachineDoesNotExist(f"AWS has no state machine for {source.name}.")
    begun = calls.together(_started, list(inputs.items()))
    moments = dict(zip(inputs, (moment for moment, _ in begun), strict=True))
    rows = mirror.began(inputs, moments)
    ended = [name for name, (_, has_ended) in zip(inputs, begun, strict=True) if has_ended]
    if ended:
        sync_all(ended)
        known = mirror.known(inputs)
        rows = [known[name] for name in inputs]
    return rows


def _started(asked: tuple[str, Any]) -> tuple[datetime, bool]:
    """When it began, and whether it has ended already."""
    name, given = asked
    try:
        return calls.start(name, given), False
    except ExecutionAlreadyExists:
        found = calls.describe(name)
    if not payloads.same(found.input, given):
        raise ExecutionAlreadyExists(f"There is an execution {name} already, with other input.")
    return found.started_at, found.status != Execution.Status.RUNNING


def answer(answers: Mapping[str, Answer]) -> None:
    """Send the answers side by side."""
    calls.together(lambda given: calls.answer_task(*given), list(answers.items()))


def stop(name: str, error: str, cause: str) -> None:
    """Stop the execution and take its end over at once: nobody else may tell of it soon."""
    try:
        calls.stop(name, error, cause)
    except DomainError:
        raise
    except Exception as trouble:
        # Some refuse to stop what has ended. Whether that is why is for describe to say.
        if calls.code_of(trouble) != "ValidationException" or _runs(name):
            raise
    sync(name)


def _runs(name: str) -> bool:
    return calls.describe(name).status == Execution.Status.RUNNING


def describe(name: str) -> Description:
    """One call; the state is the last one that was heard of."""
    found = calls.describe(name)
    row = mirror.known([name]).get(name)
    return replace(found, state=row.state if row else "")


def sync(name: str) -> Description:
    """One call or, if there is news, two."""
    return sync_all([name])[0]


def sync_all(names: Sequence[str]) -> list[Description]:
    """Several at once."""
    rows = mirror.known(names)
    machines = {name: _machine(rows.get(name)) for name in names}

    def ask(name: str) -> mirror.News:
        row = rows.get(name)
        found = calls.describe(name)
        if mirror.is_final(row, found.redrive_count):
            return mirror.News(found=found)
        history = calls.history(name, after=mirror.events_known(row))
        return mirror.News(found=found, events=events.readable(history, machines[name]))

    return mirror.take(calls.together(ask, list(names)))


def open_token(name: str) -> OpenToken | None:
    """One call. AWS keeps what a task was scheduled with, and so its token, in the history."""
    machine = _machine(mirror.known([name]).get(name))
    return events.open_token(calls.history(name)[::-1], machine)


def notice(sightings: list[Sighting]) -> None:
    """One statement, for those that are of our state machine and say all that a row needs."""
    ours = [each for each in sightings if _is_ours(each.execution)]
    if ours:
        mirror.notice(ours)


def _is_ours(execution: Mapping[str, Any]) -> bool:
    name = execution["Name"]
    whole = payloads.is_name(name) and "Input" in execution and "StartTime" in execution
    return whole and execution.get("Id") == calls.execution_arn(name)


def _machine(row: Execution | None) -> Machine:
    if row is None:
        return definitions.source(mirror.DEFINITION).machine
    return definitions.machine(row.definition_id)


def fire_timers(limit: int, at: datetime | None) -> int:
    """AWS has timers of its own."""
    return 0
