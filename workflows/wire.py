"""History events as Step Functions' GetExecutionHistory shows them."""

from typing import Any

from workflows.models import HistoryEvent

_STATE_ENTERED = "StateEntered"
_STATE_EXITED = "StateExited"


def details(event: HistoryEvent) -> dict[str, Any]:
    """The event's details, under the key that belongs to its type."""
    return {details_key(event.type): event.details | _complete(event.details)}


def details_key(kind: str) -> str:
    """`taskScheduledEventDetails`; what enters and leaves states shares one key each."""
    if kind.endswith(_STATE_ENTERED):
        return "stateEnteredEventDetails"
    if kind.endswith(_STATE_EXITED):
        return "stateExitedEventDetails"
    return f"{kind[0].lower()}{kind[1:]}EventDetails"


def _complete(details: dict[str, Any]) -> dict[str, Any]:
    # Data is never shortened here, and Step Functions says so each time.
    found = [field for field in ("input", "output") if field in details]
    return {f"{field}Details": {"truncated": False} for field in found}
