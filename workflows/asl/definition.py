"""A state machine that has been checked, and how a document becomes one."""

from dataclasses import dataclass
from typing import Any

from workflows.asl.errors import AslError
from workflows.asl.validation import problems

SEND_MESSAGE_AND_WAIT = "sendMessage.waitForTaskToken"


@dataclass(frozen=True)
class State:
    """One state; `fields` is its part of the document."""

    name: str
    type: str
    fields: dict[str, Any]

    def get(self, field: str, default: Any = None) -> Any:
        return self.fields.get(field, default)

    @property
    def retriers(self) -> list[dict[str, Any]]:
        return list(self.fields.get("Retry", ()))

    @property
    def catchers(self) -> list[dict[str, Any]]:
        return list(self.fields.get("Catch", ()))

    @property
    def action(self) -> str:
        """What a Task does, without its service: `sendMessage.waitForTaskToken`."""
        return str(self.fields["Resource"]).rpartition(":")[2]

    @property
    def waits_for_token(self) -> bool:
        return self.type == "Task" and self.action == SEND_MESSAGE_AND_WAIT


@dataclass(frozen=True)
class Definition:
    """A state machine. `timeout` is the whole execution's, in seconds."""

    name: str
    start_at: str
    states: dict[str, State]
    timeout: int | None = None


def load(document: Any, *, name: str) -> Definition:
    """The definition in a parsed document. Raises AslError, which lists every problem."""
    found = list(problems(document))
    if found:
        raise AslError(found)
    states = {
        state_name: State(state_name, fields["Type"], fields)
        for state_name, fields in document["States"].items()
    }
    return Definition(name, document["StartAt"], states, document.get("TimeoutSeconds"))
