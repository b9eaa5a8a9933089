"""What AWS tells about executions: EventBridge's events of their status changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from core.queues import NotYet, checks, handles
from outbox.events import Permanent
from workflows import payloads
from workflows.models import Execution
from workflows.selectors import Description
from workflows.stepfunctions import calls, engine, mirror

KIND = "Step Functions Execution Status Change"


class NotYetDescribed(NotYet):
    """AWS told of an end that it does not describe yet. Asking again later will show it."""


@dataclass(frozen=True, kw_only=True)
class Hint:
    """What an event says. It may be late, doubled or overtaken: only a reason to ask."""

    name: str
    status: str
    redrive_count: int

    @property
    def is_end(self) -> bool:
        return self.status != Execution.Status.RUNNING

    def is_ahead_of(self, found: Description) -> bool:
        """Whether AWS does not know yet what it told itself: describing is best effort there."""
        runs = found.status == Execution.Status.RUNNING
        return self.is_end and runs and found.redrive_count <= self.redrive_count


@handles("execution-status")
def take_status_changes(bodies: Mapping[str, dict[str, Any]]) -> None:
    """Executions of our state machine began, ended, or were sent on after their end."""
    hints = [check_status_change(body) for body in bodies.values()]
    rows = mirror.known(hint.name for hint in hints)
    telling = [hint for hint in hints if _tells(hint, rows.get(hint.name))]
    names = list(dict.fromkeys(hint.name for hint in telling))
    found = {each.name: each for each in engine.sync_all(names)} if names else {}
    for hint in telling:
        if hint.is_ahead_of(found[hint.name]):
            raise NotYetDescribed(f"{hint.name} is said to be {hint.status}, but still runs.")


def _tells(hint: Hint, row: Execution | None) -> bool:
    """Whether to ask AWS. That an execution runs is news only if it had ended."""
    if hint.is_end:
        return not mirror.is_final(row, hint.redrive_count)
    return row is not None and row.redrive_count < hint.redrive_count


@checks("execution-status")
def check_status_change(body: dict[str, Any]) -> Hint:
    """EventBridge's event about an execution of our state machine."""
    detail = body.get("detail")
    if body.get("detail-type") != KIND or not isinstance(detail, dict):
        raise Permanent(f"Not an event of the kind {KIND!r}.")
    if detail.get("stateMachineArn") != settings.STATE_MACHINE_ARN:
        raise Permanent("The event is about another state machine.")
    name, status, redrives = detail.get("name"), detail.get("status"), detail.get("redriveCount")
    if not isinstance(name, str) or not payloads.is_name(name):
        raise Permanent("The event does not name an execution.")
    if detail.get("executionArn") != calls.execution_arn(name):
        raise Permanent("The event is about another execution than it names.")
    known = isinstance(status, str) and status in Execution.Status
    if not known or not isinstance(redrives or 0, int):
        raise Permanent(f"No execution can be {status!r}.")
    return Hint(name=name, status=str(status), redrive_count=redrives or 0)
