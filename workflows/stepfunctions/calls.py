"""
Step Functions' API in this product's words: its refusals are ours, its trouble stays its own.

What AWS says of throttling, of the network or of itself passes through as botocore raises it.
Whoever called tries again later; none of these calls does harm when it is repeated.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.conf import settings

from core import aws
from core.errors import DomainError
from workflows import exceptions, payloads
from workflows.asl.run import Beat, Failed, Succeeded
from workflows.models import Execution
from workflows.port import Answer
from workflows.selectors import Description

AT_ONCE = 16  # calls under way for one caller
TOKEN_LENGTH = 2048
EVENTS_A_PAGE = 1000

_REFUSALS: dict[str, tuple[type[DomainError], str]] = {
    "ExecutionAlreadyExists": (
        exceptions.ExecutionAlreadyExists,
        "There is an execution of this name already.",
    ),
    "ExecutionDoesNotExist": (exceptions.ExecutionDoesNotExist, "There is no such execution."),
    "InvalidExecutionInput": (
        exceptions.InvalidExecutionInput,
        "Step Functions does not take this input.",
    ),
    "InvalidName": (exceptions.InvalidName, "Step Functions does not take this name."),
    "InvalidOutput": (exceptions.InvalidOutput, "Step Functions does not take this output."),
    "InvalidToken": (exceptions.InvalidToken, "This is not a task token."),
    "StateMachineDeleting": (
        exceptions.StateMachineDoesNotExist,
        "The state machine is being deleted.",
    ),
    "StateMachineDoesNotExist": (
        exceptions.StateMachineDoesNotExist,
        "There is no such state machine.",
    ),
    "TaskDoesNotExist": (
        exceptions.TaskDoesNotExist,
        "The execution that this task belonged to has ended.",
    ),
    "TaskTimedOut": (
        exceptions.TaskTimedOut,
        "This task was answered already, or its time is over.",
    ),
}

Item = TypeVar("Item")
Result = TypeVar("Result")


def together(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """
    The function's results for all items, worked out side by side.

    Every call is made, then the first exception is raised. The function must leave the database
    alone: its threads have connections of their own.
    """
    if len(items) < 2:
        return [function(item) for item in items]
    with ThreadPoolExecutor(min(AT_ONCE, len(items))) as pool:
        futures = [pool.submit(function, item) for item in items]
    return [future.result() for future in futures]


def execution_arn(name: str) -> str:
    """The name that AWS has for an execution of our state machine."""
    machine: str = settings.STATE_MACHINE_ARN
    return f"{machine.replace(':stateMachine:', ':execution:', 1)}:{name}"


def start(name: str, given: Any) -> datetime:
    """Start an execution or, while it runs, the same one again. Returns when it began."""
    with _refusals():
        answer = _client().start_execution(
            stateMachineArn=settings.STATE_MACHINE_ARN,
            name=name,
            input=payloads.canonical(given),
        )
    return _utc(answer["startDate"])


def answer_task(token: str, answer: Answer) -> None:
    """Send what a task's worker has to say."""
    if not _can_be_token(token):
        raise exceptions.InvalidToken("This is not a task token.")
    client = _client()
    with _refusals():
        match answer:
            case Succeeded(output):
                client.send_task_success(taskToken=token, output=payloads.canonical(output))
            case Failed(error, cause):
                client.send_task_failure(taskToken=token, error=error, cause=cause)
            case Beat():
                client.send_task_heartbeat(taskToken=token)


def stop(name: str, error: str, cause: str) -> None:
    """End an execution. Whether it runs at all is for `describe` to say."""
    with _refusals():
        _client().stop_execution(executionArn=execution_arn(name), error=error, cause=cause)


def describe(name: str) -> Description:
    """What AWS says of an execution. It does not say which state it is in."""
    with _refusals():
        found = _client().describe_execution(executionArn=execution_arn(name))
    # PENDING_REDRIVE, which only children of a Map have, is on its way to run again.
    status = found["status"] if found["status"] in Execution.Status else "RUNNING"
    stopped_at = None if status == "RUNNING" else _utc(found["stopDate"])
    return Description(
        name=name,
        status=status,
        input=from_text(found.get("input")),
        output=from_text(found.get("output")) if status == "SUCCEEDED" else None,
        error=clean(found.get("error")),
        cause=clean(found.get("cause")),
        started_at=_utc(found["startDate"]),
        stopped_at=stopped_at,
        state="",
        redrive_count=found.get("redriveCount") or 0,
    )


def history(name: str, *, after: int = 0) -> list[dict[str, Any]]:
    """The execution's events with higher numbers than this, in order. Mostly one call."""
    found: dict[int, dict[str, Any]] = {}
    for page in _pages(name):
        found |= {event["id"]: event for event in page if event["id"] > after}
        # Newest first: what is known begins here. Who gives the oldest first is read to the end.
        if page and page[-1]["id"] <= after < page[0]["id"]:
            break
    return [found[number] for number in sorted(found)]


def _pages(name: str) -> Iterator[list[dict[str, Any]]]:
    asked = {
        "executionArn": execution_arn(name),
        "reverseOrder": True,
        "maxResults": EVENTS_A_PAGE,
    }
    while True:
        with _refusals():
            answer = _client().get_execution_history(**asked)
        yield answer["events"]
        if not answer.get("nextToken"):
            return
        asked["nextToken"] = answer["nextToken"]


def clean(text: str | None) -> str:
    """Text that PostgreSQL can keep."""
    return (text or "").replace("\0", "\ufffd")


def from_text(text: str | None) -> Any:
    """The JSON value in a text, one that PostgreSQL can keep."""
    return json.loads((text or "null").replace("\\u0000", "\\ufffd"))


def code_of(error: Exception) -> str:
    """AWS's name for an error, or "" where it is not one of AWS's."""
    response: dict[str, Any] = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def _client() -> Any:
    return aws.client("stepfunctions")


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        refusal = _REFUSALS.get(code_of(error))
        if refusal is None:
            raise
        kind, sentence = refusal
        # Without the cause: what AWS says may quote the token.
        raise kind(sentence) from None


def _can_be_token(token: str) -> bool:
    return 0 < len(token) <= TOKEN_LENGTH and token.isascii() and token.isprintable()


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
