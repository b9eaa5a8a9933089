"""
The workflow port: start executions, answer their tasks, watch the clock.

Each call is one transaction with the execution's row locked, and touches PostgreSQL only. What
states send reaches its handlers through the outbox, after the commit.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from core.errors import Invalid
from workflows import definitions, engine, payloads, tokens
from workflows.asl.intrinsics import to_json
from workflows.asl.run import Beat, Begin, Failed, Happening, Stop, Succeeded, Tick
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
    if not payloads.is_name(name):
        raise InvalidName("A name has 1 to 80 letters, digits, hyphens or underscores.")
    given = payloads.plain(input, field="input", refusal=InvalidExecutionInput)
    source = definitions.source(definition)
    try:
        with transaction.atomic():
            return _begin(name, given, source)
    except IntegrityError:
        existing = Execution.objects.select_related("definition").filter(name=name).first()
        if existing is None:
            raise
    if existing.definition.name != definition or not _same(existing.input, given):
        raise ExecutionAlreadyExists(f"There is an execution {name} already, with other input.")
    return existing


def _begin(name: str, given: Any, source: definitions.Source) -> Execution:
    definitions.ensure_stored(source)
    execution = Execution(
        name=name,
        definition_id=source.digest,
        input=given,
        started_at=engine.database_time(),
    )
    engine.begin(execution, source.machine, Begin())
    return execution


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
    result = payloads.plain(output, field="output", refusal=InvalidOutput)
    _keep_secret(token, to_json(result))
    return _answer(token, Succeeded(result))


@transaction.atomic
def fail_task(*, token: str, error: str = "", cause: str = "") -> Execution:
    """
    Say that the work a task token stands for will not be done. Refuses as complete_task does.

    `error` has at most 256 characters and is what Retry and Catch match; `cause` at most 32,768.
    """
    failed = Failed(*_reason(error, cause))
    _keep_secret(token, error + cause)
    return _answer(token, failed)


@transaction.atomic
def heartbeat(*, token: str) -> Execution:
    """Say that the work goes on, so that HeartbeatSeconds begin anew. Refuses likewise."""
    return _answer(token, Beat())


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
    _advance(execution, reason, execution.read_at)
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
                _advance(execution, Tick(), now)
        except Exception:
            # One that cannot move must not keep those behind it from moving.
            logger.exception("Could not fire the timer of execution %s", execution.name)
            Execution.objects.filter(pk=execution.pk).update(wake_at=now + STUMBLED)
    return True


def _answer(token: str, happening: Happening) -> Execution:
    execution_id = tokens.execution_id(token)
    execution = None
    if execution_id is not None:
        execution = Execution.objects.locked().filter(pk=execution_id).first()
    if execution is None or execution.token_digest != tokens.digest(token):
        raise _refusal(token, execution)
    _advance(execution, happening, execution.read_at)
    return execution


def _refusal(token: str, execution: Execution | None) -> Exception:
    if not tokens.is_genuine(token):
        return InvalidToken("This is not a task token.")
    if execution is None or execution.has_ended:
        return TaskDoesNotExist("The execution that this task belonged to has ended.")
    return TaskTimedOut("This task was answered already, or its time is over.")


def _advance(execution: Execution, happening: Happening, now: datetime) -> None:
    machine = definitions.machine(execution.definition_id)
    engine.advance(execution, machine, happening, now)


def _reason(error: str, cause: str) -> tuple[str, str]:
    return (
        payloads.words(error, field="error", most=payloads.ERROR_LENGTH, refusal=Invalid),
        payloads.words(cause, field="cause", most=payloads.CAUSE_LENGTH, refusal=Invalid),
    )


def _keep_secret(token: str, text: str) -> None:
    if token and token in text:
        raise InvalidOutput("The task token must not be part of the answer.", field="output")
