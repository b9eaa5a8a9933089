"""What a case is: a document, an input, and what happens to the execution from outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """Whoever got the next token did the work."""

    output: Any = field(default_factory=dict)


@dataclass(frozen=True)
class Refuse:
    """Whoever got the next token gave up."""

    error: str
    cause: str = ""


@dataclass(frozen=True)
class Silence:
    """Whoever got the next token says nothing until its time is over."""


@dataclass(frozen=True)
class Beat:
    """Whoever got the next token is at work: so many heartbeats, so many seconds apart."""

    times: int
    apart: float


@dataclass(frozen=True)
class Halt:
    """Somebody stops the execution while it waits for the next token."""

    error: str
    cause: str


Move = Answer | Refuse | Silence | Beat | Halt


@dataclass(frozen=True)
class Case:
    """
    One document with one input and one story.

    `queues` says which ${Placeholder} of the document stands for which queue.
    """

    name: str
    document: Mapping[str, Any]
    input: Any = field(default_factory=dict)
    moves: tuple[Move, ...] = ()
    queues: Mapping[str, str] = field(default_factory=lambda: {"Queue": "parity"})

    def __str__(self) -> str:
        return self.name


def machine(first: Mapping[str, Any], **more: Mapping[str, Any]) -> dict[str, Any]:
    """A document whose first state is `A`."""
    return {"StartAt": "A", "States": {"A": first, **more}}


def chain(*states: Mapping[str, Any]) -> dict[str, Any]:
    """A document of states `A`, `B`, … that follow one another; the last ends it."""
    names = [chr(ord("A") + number) for number in range(len(states))]
    ways = [{"Next": name} for name in names[1:]] + [{"End": True}]
    linked = zip(names, states, ways, strict=True)
    return {"StartAt": "A", "States": {name: {**state, **way} for name, state, way in linked}}


SEND = "arn:aws:states:::sqs:sendMessage"


def sending(body: Any, **fields: Any) -> dict[str, Any]:
    """A Task that sends and goes on."""
    parameters = {"QueueUrl": "${Queue}", "MessageBody": body}
    return {"Type": "Task", "Resource": SEND, "Parameters": parameters, **fields}


def asking(body: Mapping[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """A Task that sends its token and waits."""
    task = sending({"task_token.$": "$$.Task.Token", **(body or {})}, **fields)
    return {**task, "Resource": f"{SEND}.waitForTaskToken"}
