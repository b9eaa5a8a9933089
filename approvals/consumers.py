"""What the workflow's states send: plain JSON on two queues, here or on SQS."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from approvals import services
from approvals.bridges import workflow
from approvals.models import ApprovalRequest
from core.queues import checks, handles
from outbox.events import Permanent
from workflows import services as workflows
from workflows.port import Sighting

Bodies = Mapping[str, dict[str, Any]]

# What reading a body that no state of ours sends can end in.
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)

# The fields that our states send. A state's name came with the second release.
_OF_WAITING = {"type", "request_id", "stage", "round", "task_token"}
_OF_WAITING |= {"execution", "state", "entered_at", "retry_count"}
_OF_STATUS = {"type", "request_id", "status", "execution"}
_LARGEST = 16 * 1024  # bytes; a token has at most 2,048 and the rest fits in one more KiB


@handles("approval-assignments")
def take_assignments(bodies: Bodies) -> None:
    """States wait for verdicts (`assignment`) or for a new version (`revision`)."""
    waiting = [(_kind(body), _waiting(body)) for body in bodies.values()]
    stages = [each for kind, each in waiting if kind == "assignment"]
    if stages:
        for task in services.open_stages(stages):
            workflow.answer(task)
    for kind, each in waiting:
        if kind == "revision":
            _await_revision(each)
    workflows.notice([_sighting(body) for body in bodies.values() if "state" in body])


def _kind(body: dict[str, Any]) -> str:
    kind = body.get("type")
    if kind not in ("assignment", "revision"):
        raise Permanent(f"No state sends messages of type {kind!r}.")
    return str(kind)


def _waiting(body: dict[str, Any]) -> services.Waiting:
    try:
        return services.Waiting(
            request_id=uuid.UUID(body["request_id"]),
            stage=int(body["stage"]),
            round_=int(body["round"]),
            token=_text(body, "task_token"),
            generation=_generation(body),
        )
    except UNREADABLE as error:
        raise Permanent(f"Not a message that the workflow sends: {error!r}") from None


def _generation(body: dict[str, Any]) -> str:
    """
    Orders the tokens of a state: a redrive and a retry of it give out new ones.

    Compared as text: ISO times in one format, then numbers of fixed width.
    """
    redrives = int(_execution(body).get("RedriveCount") or 0)
    datetime.fromisoformat(body["entered_at"])
    return f"{body['entered_at']}/{redrives:06d}/{int(body['retry_count']):06d}"


def _execution(body: dict[str, Any]) -> dict[str, Any]:
    """`$$.Execution`. Executions of the first release's definition send its name alone."""
    sent = body["execution"]
    return {"Name": sent} if isinstance(sent, str) else {"Name": _text(sent, "Name"), **sent}


def _text(body: dict[str, Any], field: str) -> str:
    if not isinstance(body[field], str) or not body[field]:
        raise ValueError(f"{field} is not text")
    return str(body[field])


def _sighting(body: dict[str, Any]) -> Sighting:
    return Sighting(
        execution=_execution(body), state=str(body["state"]), entered_at=body["entered_at"]
    )


def _await_revision(waiting: services.Waiting) -> None:
    version = services.await_revision(waiting)
    if version is not None:
        request = ApprovalRequest.objects.get(pk=waiting.request_id)
        workflow.answer_revision(request, version)


@handles("approval-status")
def take_statuses(bodies: Bodies) -> None:
    """The workflow says what became of requests."""
    services.close_requests(dict(_outcome(body) for body in bodies.values()))


def _outcome(body: dict[str, Any]) -> tuple[uuid.UUID, ApprovalRequest.Status]:
    try:
        outcome = ApprovalRequest.Status(body["status"])
        request_id = uuid.UUID(body["request_id"])
    except UNREADABLE as error:
        raise Permanent(f"Not a message that the workflow sends: {error!r}") from None
    if outcome in ApprovalRequest.OPEN:
        raise Permanent(f"No workflow ends {outcome}.")
    return request_id, outcome


@checks("approval-assignments", largest=_LARGEST)
def check_waiting(body: dict[str, Any]) -> None:
    """A state of our definition, in an execution of the request that it names."""
    _kind(body)
    _ensure_no_other_sender(body, _OF_WAITING)
    waiting = _waiting(body)
    _ensure_own_execution(_execution(body)["Name"], waiting.request_id)


@checks("approval-status", largest=_LARGEST)
def check_status(body: dict[str, Any]) -> None:
    """Likewise."""
    if body.get("type") != "status":
        raise Permanent(f"No state sends messages of type {body.get('type')!r} here.")
    _ensure_no_other_sender(body, _OF_STATUS)
    request_id, _ = _outcome(body)
    _ensure_own_execution(body.get("execution"), request_id)


def _ensure_no_other_sender(body: dict[str, Any], ours: set[str]) -> None:
    if strange := sorted(set(body) - ours):
        raise Permanent(f"Not a message that the workflow sends: it has {', '.join(strange)}.")


def _ensure_own_execution(name: object, request_id: uuid.UUID) -> None:
    if not isinstance(name, str) or workflow.request_id_of(name) != request_id:
        raise Permanent(f"Sent by another state machine's execution {name!r}.")
