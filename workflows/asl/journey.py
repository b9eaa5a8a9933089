"""One step's way through the states: collects what changes, touches nothing else."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from workflows.asl.definition import Definition, State
from workflows.asl.errors import DATA_LIMIT_EXCEEDED, RUNTIME, StateFailure
from workflows.asl.intrinsics import to_json
from workflows.asl.paths import JSON
from workflows.asl.run import (
    FAILED,
    SUCCEEDED,
    Event,
    Given,
    Message,
    Outcome,
    Run,
    Wait,
)
from workflows.asl.templates import View

MOST_EVENTS = 25_000  # Step Functions' own limit for one execution
MOST_BYTES = 262_144  # of UTF-8 that a state may hand on
# Step Functions would let a loop without a wait run into the event limit. Here one step is one
# transaction, and a transaction has to end soon.
MOST_STATES = 1_000


class OutOfEvents(Exception):
    """The history is full."""


class Journey:
    """What one step has come to so far."""

    def __init__(self, definition: Definition, run: Run, given: Given) -> None:
        self.definition = definition
        self.run = run
        self.given = given
        # Counted here and put into the run at the end: a copy for each event would cost more
        # than the event.
        self.count = run.events
        self._written: tuple[JSON, str] = (self, "")
        self.events: list[Event] = []
        self.messages: list[Message] = []
        self.token_given = False

    def outcome(self) -> Outcome:
        if self.events:
            self.change(events=self.count)
        return Outcome(self.run, tuple(self.events), tuple(self.messages), self.token_given)

    @property
    def state(self) -> State:
        return self.definition.states[self.run.state]

    def change(self, **fields: Any) -> None:
        self.run = replace(self.run, **fields)

    def record(self, kind: str, previous: int | None = None, **details: Any) -> None:
        """Add a history event, the one before it being the last unless said otherwise."""
        # The last place is kept for the event that ends the execution.
        if self.count >= MOST_EVENTS - 1:
            raise OutOfEvents
        self._append(kind, previous, details)

    def _append(self, kind: str, previous: int | None, details: dict[str, Any]) -> None:
        before = self.count if previous is None else previous
        self.count += 1
        self.events.append(Event(self.count, before, kind, details))

    def enter(self, name: str, data: JSON) -> None:
        first = self.run.state == ""
        self.change(
            state=name,
            data=data,
            entered_at=self.given.now,
            entered_event=self.count + 1,
            retries=(),
            wait=None,
        )
        kind = f"{self.state.type}StateEntered"
        # Step Functions gives the first state entered no predecessor.
        self.record(kind, 0 if first else None, name=name, input=self.text(data))

    def leave(self, output: JSON, target: str | None) -> tuple[str, JSON] | None:
        """Record the exit; the next state with its input, or None when the execution is over."""
        text = self.limited(output)
        self.record(f"{self.state.type}StateExited", name=self.run.state, output=text)
        if target is not None:
            return target, output
        self.record("ExecutionSucceeded", output=text)
        self._end(SUCCEEDED, output=output)
        return None

    def leave_by_next(self, output: JSON) -> tuple[str, JSON] | None:
        return self.leave(output, self.state.get("Next"))

    def text(self, value: JSON) -> str:
        """The value as JSON text. What one state hands on the next one takes: written once."""
        if self._written[0] is not value:
            self._written = (value, to_json(value))
        return self._written[1]

    def limited(self, value: JSON) -> str:
        """The value as JSON text. Raises StateFailure(States.DataLimitExceeded) if too long."""
        text = self.text(value)
        if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
            raise StateFailure(
                DATA_LIMIT_EXCEEDED,
                f"The state {self.run.state!r} returned more than {MOST_BYTES} bytes.",
            )
        return text

    def rest(self, wait: Wait) -> None:
        self.change(wait=wait)

    def fail(self, error: str, cause: str) -> None:
        """The execution ends in failure. Never runs out of events."""
        self._append("ExecutionFailed", None, {"error": error, "cause": cause})
        self._end(FAILED, error=error, cause=cause)

    def fail_in_state(self, failure: StateFailure) -> None:
        """As `fail`, with the cause saying where, as Step Functions words it."""
        where = (
            f"An error occurred while executing the state '{self.run.state}' "
            f"(entered at the event id #{self.run.entered_event}). "
        )
        self.fail(failure.error, where + failure.cause)

    def out_of_events(self) -> None:
        cause = f"The execution reached the maximum number of history events ({MOST_EVENTS})."
        self.fail(RUNTIME, cause)

    def end(
        self, kind: str, status: str, error: str, cause: str, previous: int | None = None
    ) -> None:
        """The execution ends with this event; an error or cause left empty is left out."""
        details = {"error": error, "cause": cause}
        self._append(kind, previous, {key: text for key, text in details.items() if text})
        self._end(status, error=error, cause=cause)

    def _end(self, status: str, **fields: Any) -> None:
        self.change(status=status, stopped_at=self.given.now, wait=None, **fields)

    def view(self, token: str | None = None) -> View:
        """The state's input as it came in, with the context object."""
        return View(self.run.data, self.context(token))

    def context(self, token: str | None = None) -> dict[str, Any]:
        """What `$$` sees. The task token is there only for a Task's Parameters."""
        account, machine, name = self.given.account, self.definition.name, self.run.name
        states = f"arn:aws:states:{self.given.region}:{account}"
        context: dict[str, Any] = {
            "Execution": {
                "Id": f"{states}:execution:{machine}:{name}",
                "Input": self.run.input,
                "Name": name,
                "RoleArn": f"arn:aws:iam::{account}:role/{machine}",
                "StartTime": iso(self.run.started_at),
            },
            "State": {
                "EnteredTime": iso(self.run.entered_at or self.given.now),
                "Name": self.run.state,
                "RetryCount": sum(self.run.retries),
            },
            "StateMachine": {"Id": f"{states}:stateMachine:{machine}", "Name": machine},
        }
        return context | ({"Task": {"Token": token}} if token is not None else {})


def iso(moment: datetime) -> str:
    """UTC with milliseconds, as Step Functions writes times."""
    return f"{moment.astimezone(UTC).isoformat(timespec='milliseconds')[:-6]}Z"
