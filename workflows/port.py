"""What an engine that runs workflows has to be able to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from workflows.asl.run import Beat, Failed, Succeeded
from workflows.definitions import Source
from workflows.models import Execution
from workflows.selectors import Description

Answer = Succeeded | Failed | Beat


@dataclass(frozen=True, kw_only=True)
class OpenToken:
    """The task token that is out now, with the message that carried it and its queue's name."""

    token: str = field(repr=False)
    body: dict[str, Any] = field(repr=False)
    queue: str


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """
    A message of a state has arrived, so the execution came to that state.

    `execution` is the context object's `$$.Execution`; `entered_at` is `$$.State.EnteredTime`.
    """

    execution: Mapping[str, Any]
    state: str
    entered_at: str


class Engine(Protocol):
    """
    One way of running workflows. `workflows.services` chooses it, checks what callers hand in,
    and says what each of these means.
    """

    def start(self, name: str, given: Any, source: Source) -> Execution: ...

    def start_all(self, inputs: Mapping[str, Any], source: Source) -> list[Execution]: ...

    def answer(self, answers: Mapping[str, Answer]) -> object: ...

    def stop(self, name: str, error: str, cause: str) -> None: ...

    def describe(self, name: str) -> Description: ...

    def sync(self, name: str) -> Description: ...

    def open_token(self, name: str) -> OpenToken | None: ...

    def notice(self, sightings: list[Sighting]) -> None: ...

    def fire_timers(self, limit: int, at: datetime | None) -> int: ...
