"""
The workflow port: start executions, answer their tasks, ask where they stand.

settings.WORKFLOW_ENGINE names the engine behind it: "local" keeps executions in PostgreSQL,
"stepfunctions" has AWS run them. To callers they are the same: the same refusals for the same
reasons, and anything else that is raised (the database, AWS or the network being in trouble)
means that the call should be repeated later.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from core.actor import Actor
from outbox.publishing import publish_all
from workflows import definitions, payloads
from workflows.asl.run import Beat, Failed, Succeeded
from workflows.events import StopRequested
from workflows.local import engine as local
from workflows.models import Execution
from workflows.port import Engine, OpenToken, Sighting
from workflows.selectors import Description
from workflows.stepfunctions import engine as stepfunctions

TIMERS_AT_ONCE = 200

ENGINES: dict[str, Engine] = {"local": local, "stepfunctions": stepfunctions}


def _engine() -> Engine:
    try:
        return ENGINES[settings.WORKFLOW_ENGINE]
    except KeyError:
        known = ", ".join(ENGINES)
        raise ImproperlyConfigured(f"WORKFLOW_ENGINE must be one of {known}.") from None


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
    given = payloads.start_input(name, input)
    return _engine().start(name, given, definitions.source(definition))


def start_executions(
    inputs: Mapping[str, Any], *, definition: str = "approval_workflow"
) -> list[Execution]:
    """
    Begin several executions, given as name → input, in about the time that one takes.

    Where one is refused this raises, and the caller starts each by itself: some may have begun.
    """
    given = {name: payloads.start_input(name, value) for name, value in inputs.items()}
    return _engine().start_all(given, definitions.source(definition))


def complete_task(*, token: str, output: Any) -> None:
    """
    Hand in the work that a task token stands for.

    `output` is JSON of at most 256 KiB. Raises TaskTimedOut when the task was answered already or
    its time is over, TaskDoesNotExist when its execution has ended, InvalidToken, InvalidOutput.
    Which of the first three it is depends on the engine and on timing: none of them says what
    became of the task.
    """
    complete_tasks({token: output})


def complete_tasks(outputs: Mapping[str, Any]) -> None:
    """
    Hand in the work of several tasks, given as token → output, in about the time that one takes.

    Where one is refused this raises, and the caller completes each by itself: some may be done.
    """
    _engine().answer(
        {token: Succeeded(payloads.task_output(token, value)) for token, value in outputs.items()}
    )


def fail_task(*, token: str, error: str = "", cause: str = "") -> None:
    """
    Say that the work a task token stands for will not be done. Refuses as complete_task does.

    `error` has at most 256 characters and is what Retry and Catch match; `cause` at most 32,768.
    """
    _engine().answer({token: Failed(*payloads.reason(error, cause, token))})


def heartbeat(*, token: str) -> None:
    """Say that the work goes on, so that HeartbeatSeconds begin anew. Refuses likewise."""
    _engine().answer({token: Beat()})


def stop_execution(*, name: str, error: str = "", cause: str = "") -> None:
    """
    End a running execution as ABORTED. One that has ended stays as it is.

    Raises ExecutionDoesNotExist.
    """
    _engine().stop(name, *payloads.reason(error, cause))


@transaction.atomic
def request_stop(*, names: Iterable[str], cause: str, actor: Actor) -> int:
    """
    Have executions stopped soon, by name: the engine is told once this is committed.

    Those that have ended by then stay as they are. Returns how many were asked for.
    """
    error, checked = payloads.reason("Stopped", cause)
    wanted = [StopRequested(execution=name, error=error, cause=checked) for name in names]
    if wanted:
        publish_all(wanted, actor=actor)
    return len(wanted)


def describe(*, name: str) -> Description:
    """
    Where an execution stands by its engine's own account. Raises ExecutionDoesNotExist.

    This may ask AWS: pages and API read `selectors.description` instead.
    """
    return _engine().describe(name)


def sync(name: str) -> Description:
    """
    As `describe`, and take over into the execution's row and history what they do not know yet.

    An end that was not known is announced, once. Raises ExecutionDoesNotExist.
    """
    return _engine().sync(name)


def open_token(name: str) -> OpenToken | None:
    """
    The token that the execution waits with now, if its engine still knows it.

    Step Functions keeps it in its history; the local engine only until its message is delivered.
    Raises ExecutionDoesNotExist.
    """
    return _engine().open_token(name)


def notice(sightings: Sequence[Sighting]) -> None:
    """
    Messages of states have arrived: where the engine keeps no rows itself, note where they stand.

    Late and repeated messages do no harm. Costs one statement at most, and no call.
    """
    if sightings:
        _engine().notice(list(sightings))


def fire_timers(*, limit: int = TIMERS_AT_ONCE, at: datetime | None = None) -> int:
    """
    Wake the executions whose time has come by the database's clock, each in its transaction.

    At most `limit`, the longest overdue first; returns how many. Several callers share the work.
    `at` stands in for the clock: a rehearsal may look into the future. Step Functions has
    timers of its own: nothing to do there.
    """
    return _engine().fire_timers(limit, at)
