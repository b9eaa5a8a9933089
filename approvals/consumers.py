"""What the workflow's states send: plain JSON on two queues, here or on SQS."""

import uuid
from dataclasses import dataclass
from typing import Any

from approvals import services
from approvals.bridges import workflow
from approvals.models import ApprovalRequest
from outbox.events import Permanent
from workflows.messages import handles


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A paused state: of which request, stage and round, and the token that lets it run on."""

    request_id: uuid.UUID
    stage: int
    round_: int
    token: str
    generation: str

    @classmethod
    def read(cls, body: dict[str, Any]) -> "Waiting":
        """Raises Permanent for a body that no state of ours sends."""
        try:
            return cls(
                request_id=uuid.UUID(body["request_id"]),
                stage=int(body["stage"]),
                round_=int(body["round"]),
                token=str(body["task_token"]),
                # Compared as text: ISO times in one format, then a number of fixed width.
                generation=f"{body['entered_at']}/{int(body['retry_count']):06d}",
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Permanent(f"Not a message that the workflow sends: {error!r}") from None


@handles("approval-assignments")
def take_assignment(body: dict[str, Any], message_id: str) -> None:
    """A state waits for verdicts (`assignment`) or for a new version (`revision`)."""
    waiting = Waiting.read(body)
    kind = body.get("type")
    if kind == "assignment":
        settled = services.open_stage(
            request_id=waiting.request_id,
            stage=waiting.stage,
            round_=waiting.round_,
            token=waiting.token,
            generation=waiting.generation,
        )
        if settled is not None:
            workflow.answer(settled)
    elif kind == "revision":
        _await_revision(waiting)
    else:
        raise Permanent(f"No state sends messages of type {kind!r}.")


def _await_revision(waiting: Waiting) -> None:
    version = services.await_revision(
        request_id=waiting.request_id,
        stage=waiting.stage,
        round_=waiting.round_,
        token=waiting.token,
        generation=waiting.generation,
    )
    if version is not None:
        request = ApprovalRequest.objects.get(pk=waiting.request_id)
        workflow.answer_revision(request, version)


@handles("approval-status")
def take_status(body: dict[str, Any], message_id: str) -> None:
    """The workflow says what became of a request."""
    try:
        request_id, status = uuid.UUID(body["request_id"]), ApprovalRequest.Status(body["status"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Permanent(f"Not a message that the workflow sends: {error!r}") from None
    services.close_request(request_id=request_id, status=status)
