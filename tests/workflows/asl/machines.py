"""Small state machines and what to feed them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from workflows.asl.definition import load
from workflows.asl.run import Begin, Given, Run
from workflows.asl.step import step
from workflows.asl.validation import problems

NOON = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)
TOKEN = "a-token"
SUCCEED = {"Type": "Succeed"}
SEND = "arn:aws:states:::sqs:sendMessage"
BODY = {"QueueUrl": "https://sqs.example/1/queue", "MessageBody": {"token.$": "$$.Task.Token"}}
CATCH_ALL = {"ErrorEquals": ["States.ALL"], "Next": "B"}


def asking(**fields):
    """A Task that waits for its token."""
    return {"Type": "Task", "Resource": f"{SEND}.waitForTaskToken", "Parameters": BODY, **fields}


def sending(body=None, **fields):
    """A Task that sends and goes on."""
    parameters = {"QueueUrl": "queue", "MessageBody": body or {}}
    return {"Type": "Task", "Resource": SEND, "Parameters": parameters, **fields}


def machine(first, *, timeout=None, **more):
    """A definition whose first state is `A`."""
    document = {"StartAt": "A", "States": {"A": first, **more}}
    if timeout:
        document["TimeoutSeconds"] = timeout
    return load(document, name="machine")


def given(seconds=0, **fields):
    """What a step is given, so many seconds after noon."""
    values = {"token": TOKEN, "seed": UUID(int=7)} | fields
    return Given(now=NOON + timedelta(seconds=seconds), **values)


def begin(definition, data=None, **fields):
    run = Run(name="run", input={} if data is None else data, started_at=NOON)
    return step(definition, run, Begin(), given(**fields))


def output(first, data=None, **more):
    """The output of a machine that runs to its end at once."""
    run = begin(machine(first, **more), data).run
    assert run.status == "SUCCEEDED", (run.error, run.cause)
    return run.output


def failure(first, data=None, **more):
    """The error of a machine that fails at once."""
    run = begin(machine(first, **more), data).run
    assert run.status == "FAILED"
    return run.error


def types(outcome):
    return [event.type for event in outcome.events]


def tell(definition, *story, data=None):
    """The last outcome of a story of (happening, seconds after noon)."""
    outcome = begin(definition, data)
    for happening, seconds in story:
        outcome = step(definition, outcome.run, happening, given(seconds))
    return outcome


def found(first, **more):
    """The problems of a document whose first state is `A`."""
    return list(problems({"StartAt": "A", "States": {"A": first, **more}}))
