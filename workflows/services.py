"""
The workflow port: start executions, answer their tasks, watch the clock.

Each call is one transaction with the execution's row locked, and touches PostgreSQL only. What
states send reaches its handlers through the outbox, after the commit.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from core.errors import Invalid
from workflows import definitions, engine, payloads, tokens
from workflows.asl.definition import Definition as Machine
from workflows.asl.intrinsics import to_json
from workflows.asl.run import Beat, Failed, Happening, Stop, Succeeded, Tick
from workflows.exceptions import (
    ExecutionAlreadyExists,
    ExecutionDoesNotExist,
    InvalidExecutionInput,
    InvalidName,
    InvalidOutput,
    InvalidToken,
    TaskDoesNotExist,
    TaskTimedOut,
)
from workflows.models import Execution
from workflows.selectors import Description, description

logger = logging.getLogger(__name__)

TIMERS_AT_ONCE = 200
STUMBLED = timedelta(minutes=1)


def start_execution(
    *,
    name: str,
    input: Any,  # noqa: A002 - Step Functions' own word
    definition: str = "approval_workflow",
) -> Execution:
    """
    Begin an execution, or find the one that this very call began before.

    `name` has 1 to 80 letters, digits, hyphens or underscores; `input` is JSON of at most 256
    KiB. Raises ExecutionAlreadyExists when the name is taken by an execution with other input or
    another definition, InvalidName, InvalidExecutionInput, StateMachineDoesNotExist.
    """
    given = _checked_input(name, input)
    source = definitions.source(definition)
    try:
        with transaction.atomic():
            (begun,) = _begin({name: given}, source)
            return begun
    except IntegrityError:
        existing = Execution.objects.select_related("definition").filter(name=name).first()
        if existing is None:
            raise
    if existing.definition.name != definition or not _same(existing.input, given):
        raise ExecutionAlreadyExists(f"There is an execution {name} already, with other input.")
    return existing


@transaction.atomic
def start_executions(
    inputs: Mapping[str, Any], *, definition: str = "approval_workflow"
) -> list[Execution]:
    """
    Begin several executions, given as name → input, in as many statements as one takes.

    All or none: where one is refused, or there already, the caller starts each by itself.
    """
    given = {name: _checked_input(name, value) for name, value in inputs.items()}
    return _begin(given, definitions.source(definition))


def _checked_input(name: str, value: Any) -> Any:
    if not payloads.is_name(name):
        raise InvalidName("A name has 1 to 80 letters, digits, hyphens or underscores.")
    return payloads.plain(value, field="input", refusal=InvalidExecutionInput)


def _begin(inputs: Mapping[str, Any], source: definitions.Source) -> list[Execution]:
    definitions.ensure_stored(source)
    now = engine.database_time()
    executions = [
        Execution(name=name, definition_id=source.digest, input=given, started_at=now)
        for name, given in inputs.items()
    ]
    engine.begin(executions, source.machine)
    return executions


def _same(one: Any, other: Any) -> bool:
    # By text: for Python 1, 1.0 and true would be equal.
    return engine.canonical(one) == engine.canonical(other)


@transaction.atomic
def complete_task(*, token: str, output: Any) -> Execution:
    """
    Hand in the work that a task token stands for.

    `output` is JSON of at most 256 KiB. Raises TaskTimedOut when the task was answered already or
    its time is over, TaskDoesNotExist when its execution has ended, InvalidToken, InvalidOutput.
    """
    (execution,) = _answer({token: _success(token, output)})
    return execution


@transaction.atomic
def complete_tasks(outputs: Mapping[str, Any]) -> list[Execution]:
    """
    Hand in the work of several tasks, given as token → output, in as many statements as one takes.

    All or none: where one is refused, the caller completes each by itself.
    """
    return _answer({token: _success(token, output) for token, output in outputs.items()})


@transaction.atomic
def fail_task(*, token: str, error: str = "", cause: str = "") -> Execution:
    """
    Say that the work a task token stands for will not be done. Refuses as complete_task does.

    `error` has at most 256 characters and is what Retry and Catch match; `cause` at most 32,768.
    """
    failed = Failed(*_reason(error, cause))
    _keep_secret(token, error + cause)
    (execution,) = _answer({token: failed})
    return execution


@transaction.atomic
def heartbeat(*, token: str) -> Execution:
    """Say that the work goes on, so that HeartbeatSeconds begin anew. Refuses likewise."""
    (execution,) = _answer({token: Beat()})
    return execution


@transaction.atomic
def stop_execution(*, name: str, error: str = "", cause: str = "") -> Execution:
    """
    End a running execution as ABORTED. One that has ended stays as it is.

    Raises ExecutionDoesNotExist.
    """
    reason = Stop(*_reason(error, cause))
    execution = Execution.objects.locked().filter(name=name).first()
    if execution is None:
        raise ExecutionDoesNotExist(f"There is no execution {name}.")
    engine.advance([_moving(execution, reason)])
    return execution


def describe(*, name: str) -> Description:
    """Where an execution stands. Raises ExecutionDoesNotExist."""
    return description(name)


def fire_timers(*, limit: int = TIMERS_AT_ONCE, at: datetime | None = None) -> int:
    """
    Wake the executions whose time has come by the database's clock, each in its transaction.

    At most `limit`, the longest overdue first; returns how many. Several callers share the work.
    `at` stands in for the clock: a rehearsal may look into the future.
    """
    for count in range(limit):
        if not _fire_next(at):
            return count
    return limit


def _fire_next(at: datetime | None) -> bool:
    due = Execution.objects.running().filter(wake_at__lte=at or Now()).order_by("wake_at")
    with transaction.atomic():
        execution = due.locked(skip_locked=True).first()
        if execution is None:
            return False
        now = at or execution.read_at
        try:
            with transaction.atomic():
                engine.advance([_moving(execution, Tick(), now)])
        except Exception:
            # One that cannot move must not keep those behind it from moving.
            logger.exception("Could not fire the timer of execution %s", execution.name)
            Execution.objects.filter(pk=execution.pk).update(wake_at=now + STUMBLED)
    return True


def _success(token: str, output: Any) -> Happening:
    result = payloads.plain(output, field="output", refusal=InvalidOutput)
    _keep_secret(token, to_json(result))
    return Succeeded(result)


def _answer(happenings: Mapping[str, Happening]) -> list[Execution]:
    ids = {token: tokens.execution_id(token) for token in happenings}
    named = [execution_id for execution_id in ids.values() if execution_id is not None]
    # In one order, so that two callers with several executions each cannot block each other.
    locked = Execution.objects.locked().filter(pk__in=named).order_by("pk")
    found = {execution.pk: execution for execution in locked}
    answered = []
    for token, happening in happenings.items():
        named_by_token = ids[token]
        execution = found.get(named_by_token) if named_by_token else None
        if execution is None or execution.token_digest != tokens.digest(token):
            raise _refusal(token, execution)
        answered.append((execution, happening))
    engine.advance([_moving(execution, happening) for execution, happening in answered])
    return [execution for execution, _ in answered]


def _refusal(token: str, execution: Execution | None) -> Exception:
    if not tokens.is_genuine(token):
        return InvalidToken("This is not a task token.")
    if execution is None or execution.has_ended:
        return TaskDoesNotExist("The execution that this task belonged to has ended.")
    return TaskTimedOut("This task was answered already, or its time is over.")


def _moving(
    execution: Execution, happening: Happening, now: datetime | None = None
) -> tuple[Execution, Machine, Happening, datetime]:
    machine = definitions.machine(execution.definition_id)
    return execution, machine, happening, now or execution.read_at


def _reason(error: str, cause: str) -> tuple[str, str]:
    return (
        payloads.words(error, field="error", most=payloads.ERROR_LENGTH, refusal=Invalid),
        payloads.words(cause, field="cause", most=payloads.CAUSE_LENGTH, refusal=Invalid),
    )


def _keep_secret(token: str, text: str) -> None:
    if token and token in text:
        raise InvalidOutput("The task token must not be part of the answer.", field="output")
